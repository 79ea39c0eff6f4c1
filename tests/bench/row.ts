/** One measured figure, with what one must know to compare it. */
export interface BenchRow {
  name: string
  value: number
  unit: string
  /** Security model: `semi-honest, dealer`, `local` for plain computation, ... */
  model: string
  /** `none`, `memory`, `loopback`, `30 ms, 100 Mbit/s`, ... */
  network: string
  note?: string
  /** What the figure has to reach. */
  bar?: { atMost?: number; atLeast?: number }
}
