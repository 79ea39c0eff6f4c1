import type { CheckedInputOf, OutputOf, Route, RouteTable } from '@secureflow/api'

/** Exactly one handler for each route. `signal` aborts when the caller goes away or the server closes. */
export type Handlers<T extends RouteTable> = {
  readonly [N in keyof T]: {
    readonly [V in keyof T[N]]: T[N][V] extends Route
      ? (input: CheckedInputOf<T[N][V]>, signal: AbortSignal) => Promise<OutputOf<T[N][V]>>
      : never
  }
}
