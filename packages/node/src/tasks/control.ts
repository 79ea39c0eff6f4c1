/** What a task process and its own node say to each other beside the partners' bytes: CBOR, one message a frame. */
import type { ErrorJson } from '@secureflow/base'

/** Everything a task process is told. It opens no file and no socket that is not named here. */
export interface TaskSpec {
  member: string
  part: string
  /** In agreed order. */
  parties: { id: string; part: string }[]
  component: string
  version: number
  step: string
  params: unknown
  /** hash(agreement, task, attempt, nonces), 32 bytes */
  session: Uint8Array
  /** 32 public bytes that all parties of the run share. */
  agreedSeed: Uint8Array
  /** Secret salt of this party's commitments in this run, 32 bytes; the same in every attempt. */
  salt: Uint8Array
  inputs: { port: string; type: 'table' | 'model' | 'scores' | 'report'; file: string }[]
  outputFolder: string
  /** Folder of its own for files that outlive an attempt; made when first written to, removed by the node. */
  scratchFolder: string
  assets: Record<string, { path: string; format: 'csv' | 'parquet'; digest: string }>
  /** How long one message may be awaited. */
  messageTimeoutMs: number
}

/** A salted commitment of what lies at one port. */
export interface CommitmentOf {
  port: string
  commitment: Uint8Array
}

export interface TaskOutput {
  port: string
  type: 'table' | 'model' | 'scores' | 'report'
  file: string
  rows?: number
  commitment: Uint8Array
}

export interface ChannelRecord {
  peer: string
  sent: Uint8Array
  received: Uint8Array
  sentBytes: number
  receivedBytes: number
  sentMessages: number
}

/** What a task process took, as the system told it at its end. */
export interface TaskUsage {
  /** User and system time of all its threads. */
  cpuMs: number
  peakMemoryBytes: number
}

/** Messages of one kind to one partner. */
export interface MessageClass {
  to: string
  tag: string
  /** What of the statement they say; empty where they say nothing by themselves. */
  disclosures: string[]
  messages: number
  bytes: number
}

export interface TaskTraffic {
  /** With something to send for which the partner or the line had no room. */
  sendMs: number
  /** For a partner's message, with nothing to send. */
  waitMs: number
  classes: MessageClass[]
}

export type FromTask =
  | {
      type: 'progress'
      fraction: number
      done?: number
      total?: number
      unit?: string
      sent: number
      received: number
      sendMs: number
      waitMs: number
    }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; fields: Record<string, unknown>; message: string }
  /** The node answers each `ask` with an `answer` of the same number. */
  | {
      type: 'ask'
      id: number
      what: 'inputs'
      own: CommitmentOf[]
      partners: { party: string; inputs: CommitmentOf[] }[]
    }
  | { type: 'ask'; id: number; what: 'release'; disclosure: string; to: string; count: number }
  | {
      type: 'result'
      outputs: TaskOutput[]
      channels: ChannelRecord[]
      rounds: number
      usage: TaskUsage
      traffic: TaskTraffic
    }
  | { type: 'failed'; error: ErrorJson }

export type ToTask =
  /** `channels`: partner → number on the pipe. */
  | { type: 'start'; spec: TaskSpec; channels: { peer: string; number: number }[] }
  | { type: 'answer'; id: number; error?: ErrorJson }
  | { type: 'abort' }
