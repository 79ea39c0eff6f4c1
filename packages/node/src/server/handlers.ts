import type { Readable } from 'node:stream'
import type { Caller, CheckedInputOf, OutputOf, Route, RouteTable } from '@secureflow/api'

/** Who calls, and the browser session that it calls in. */
export interface Call {
  /** Undefined on open routes only. */
  caller: Caller | undefined
  /** The session's secret, where the caller came with one. */
  session: string | undefined
  /** What the browser keeps while it is at a provider of identities. */
  pledge: string | undefined
  keepPledge(pledge: string | undefined): void
  /** What the caller's program says that it is. */
  device: string
  /** Whether whoever called may go on: asked again while a stream lasts. */
  stands(): Promise<boolean>
  /** The body of a route whose body is bytes. */
  content?: Readable
  /** Gives the browser a session, or takes it away. */
  keep(session: { secret: string; seconds: number } | undefined): void
}

/** Exactly one handler for each route. `signal` aborts when the caller goes away or the server closes. */
export type Handlers<T extends RouteTable> = {
  readonly [N in keyof T]: {
    readonly [V in keyof T[N]]: T[N][V] extends Route
      ? (input: CheckedInputOf<T[N][V]>, signal: AbortSignal, call: Call) => Promise<OutputOf<T[N][V]>>
      : never
  }
}
