/** What the node offers about requests and grants to people. Ids may be cut short as far as they stay unique. */
import type { GrantSummary, InputOf, OutputOf, RequestDetail, RequestSummary, Routes, Simulated } from '@secureflow/api'

export interface RequestDesk {
  /** Newest first. */
  requests(): Promise<RequestSummary[]>
  /** @throws REQUEST_UNKNOWN */
  request(id: string): Promise<RequestDetail>
  /** @param until milliseconds since the epoch @throws REQUEST_DECIDED, REQUEST_DIRECTION, REQUEST_FORBIDDEN */
  approve(id: string, uses: number, until: number | undefined): Promise<RequestDetail>
  /** @throws REQUEST_DECIDED, REQUEST_DIRECTION */
  refuse(id: string, reason: string | undefined): Promise<RequestDetail>
  /** To the initiator. */
  ask(id: string, text: string): Promise<RequestDetail>
  /** By the initiator. */
  answer(id: string, text: string): Promise<RequestDetail>
  withdraw(id: string): Promise<RequestDetail>
  /** Newest first. */
  grants(): Promise<GrantSummary[]>
  /** @throws GRANT_UNKNOWN */
  grant(id: string): Promise<GrantSummary>
  /** Holds here at once; runs under it end at every party. @throws GRANT_UNKNOWN, GRANT_NOT_OWN */
  revoke(id: string): Promise<OutputOf<Routes['grants']['revoke']>>
  /** @throws what is wrong with the flow */
  simulate(input: InputOf<Routes['terms']['simulate']>): Promise<Simulated[]>
}
