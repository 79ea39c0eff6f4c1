/**
 * A component: what a step runs. The declaration is pure data and functions (read by console, CLI and every partner's node);
 * the run is loaded inside a task process only.
 */
import type { Logger, SecureflowError } from '@secureflow/base'
import type { Schema, Table } from '@secureflow/tables'
import type { z } from 'zod'
import type { Disclosure } from './disclosure.ts'
import type { PartRule } from './part.ts'

export type Stage = 'source' | 'align' | 'prepare' | 'explore' | 'train' | 'predict' | 'evaluate' | 'publish'
export type PortType = 'table' | 'model' | 'scores' | 'report'
export type Text = { en: string; zh: string }

/**
 * How a table's columns are to be taken into a model, by this member's own statistics; it stays with its owner. A prepared
 * table keeps its rows as they were read, beside the preparation: whoever trains applies it to the features alone, so that
 * a label is never scaled and nothing is ever scaled twice.
 */
export interface Preparation {
  kind: 'standardize'
  /** value → (value − mean) / deviation, for each column named here; other columns are taken as they are. */
  columns: { name: string; mean: number; deviation: number }[]
}

/**
 * A trained linear model as its owner holds it: the weights of the owner's own columns. It carries the preparation of the
 * table that it was trained on, so that it takes rows as they were read: `predict` prepares them alike.
 */
export interface LinearModel {
  kind: 'linear'
  columns: string[]
  weights: number[]
  /** Present at the label party only. */
  intercept?: number
  preparation?: Preparation
}

export interface Report {
  kind: 'report'
  title: string
  /** Named figures, e.g. auc. */
  figures: Record<string, number>
  /** Named curves as x/y data, e.g. roc. */
  curves?: Record<string, { x: number[]; y: number[] }>
  /** Named tables, e.g. calibration: rows in the order of the columns. */
  tables?: Record<string, { columns: string[]; rows: (number | string)[][] }>
  notes?: string[]
}

/**
 * What travels from step to step, at one member. Each holder keeps its own part of a value: a table aligned over two banks
 * is one value with two holders, the same rows in the same order, each with its own columns.
 */
export type Artifact =
  | { type: 'table'; table: Table; preparation?: Preparation }
  | { type: 'model'; model: LinearModel }
  /** The receiver's own rows with one column more, `score` (a probability). */
  | { type: 'scores'; table: Table }
  | { type: 'report'; report: Report }

/** What is known of one member's part of a value before anything runs, the same at every node. */
export interface PortFacts {
  /** No more rows than this. Disclosures are bounded by it. */
  rows: number
  /** As many rows as are expected: estimates and automatic choices use it. */
  expectedRows: number
  schema: Schema
  /** Ids of the assets that this member's part was made from. */
  assets: string[]
  /** Set where the table carries a preparation. */
  preparation?: Preparation['kind']
}

/** What every partner may know of an asset before a run. */
export interface AssetFacts {
  id: string
  name: string
  /** Member id. */
  owner: string
  rows: number
  schema: Schema
  /** Digest of this version of the data, hex. */
  digest: string
  /** Hash of the owner's terms, hex. */
  termsHash: string
}

export interface LinkFacts {
  roundTripMs: number
  bytesPerSecond: number
}

export interface Cost {
  seconds: number
  /** Bytes from one member to another: `bank-a>bank-b`. */
  bytes: Record<string, number>
  /** Messages that have to wait for one another; each takes half a round trip. */
  rounds: number
  /** Of the member that needs most. */
  memoryBytes: number
  /** Disk for scratch files while the task runs, of the member that needs most; none where it is left out. */
  scratchBytes?: number
}

/** What a declaration's functions may look at: public facts, the same at every node. */
export interface PlanContext<P> {
  params: P
  /** Members of each part. */
  parts: Record<string, string[]>
  /** Facts of each input, by port and member. */
  inputs: Record<string, Record<string, PortFacts>>
  /** The assets that the step reads (source components), in the order of `reads`. */
  assets: AssetFacts[]
  /** The link between two members, as the proposal states it. */
  link: (a: string, b: string) => LinkFacts
}

export interface InputPort {
  type: PortType
  about: Text
  /** The parts that bring it. */
  at: string[]
}

export interface OutputPort {
  type: PortType
  about: Text
  /** The parts that get it (or some of them: `describe` says which). */
  at: string[]
}

/** `malicious`: holds against members that deviate. */
export type SecurityModel = 'local' | 'semi-honest' | 'semi-honest-with-dealer' | 'malicious'

/** What a column is used for; owners' terms may allow each use by column. */
export const columnUses = ['join', 'compare', 'aggregate', 'train', 'predict', 'evaluate', 'release'] as const
export type ColumnUse = (typeof columnUses)[number]

/** Something wrong with one setting of a step. */
export interface Complaint {
  /** A parameter or an input port. */
  field?: string
  error: SecureflowError
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds declarations of every parameter type
export interface ComponentDeclaration<P = any> {
  name: string
  version: number
  stage: Stage
  title: Text
  about: Text
  /** Who plays which part, in this order; what each part gives and gets. */
  parts: Record<string, PartRule>
  inputs: Record<string, InputPort>
  outputs: Record<string, OutputPort>
  /** Labels and help by `.meta({ title: { en, zh }, help: { en, zh } })`. */
  params: z.ZodObject
  /** The cryptographic suite by name, written into the agreement. */
  suite?: string
  securityModel: SecurityModel
  /** Suite and security model of one task, where its parameters (complete, choices made) decide about them. */
  standsOn?: (params: P) => { suite: string; securityModel: SecurityModel }
  /** What `resolve` chose by itself and why, for the page that people approve. */
  chose?: (context: PlanContext<P>) => Text[]
  /** Names or ids of the assets that a source component reads. */
  reads?: (params: P) => string[]
  /** Credits that a source component offers its owner for one run. */
  offers?: (params: P) => number | undefined
  /** What is wrong with the parameters, now that the inputs are known. */
  check?: (context: PlanContext<P>) => Complaint[]
  /** Choices that every party must make alike (batch: auto): made once at compile time and written into the agreement. */
  resolve?: (context: PlanContext<P>) => P
  /** What each part learns. */
  discloses: (context: PlanContext<P>) => Disclosure[]
  /** Which columns are used for what, by member. */
  uses?: (context: PlanContext<P>) => { member: string; column: string; use: ColumnUse }[]
  /** Facts of the outputs, by port and member; the members named here are the holders. */
  describe: (context: PlanContext<P>) => Record<string, Record<string, PortFacts>>
  cost: (context: PlanContext<P>) => Cost
}

/** Types the functions of a declaration by its parameters' schema. */
export function declareComponent<S extends z.ZodObject>(
  declaration: Omit<ComponentDeclaration<z.output<S>>, 'params'> & { params: S },
): ComponentDeclaration<z.output<S>> & { params: S } {
  return declaration
}

/** The current version of each component, by name. */
export type ComponentRegistry = ReadonlyMap<string, ComponentDeclaration>

export function componentRegistry(declarations: readonly ComponentDeclaration[]): ComponentRegistry {
  return new Map(declarations.map((d) => [d.name, d]))
}

/** What `run` gets inside a task process. `session` is opaque here: only protocol functions take it. */
export interface TaskContext<P, S = unknown> {
  member: string
  part: string
  parts: Record<string, string[]>
  session: S
  /** This member's part of each input. */
  inputs: Record<string, Artifact>
  params: P
  /** This member's own datasets, by asset id, for source components only: `digest` is the version agreed on. */
  assets: Record<string, { path: string; format: 'csv' | 'parquet'; digest: string }>
  /** 32 public bytes that all parties derive alike from the step and its datasets: the same in every run of them. */
  agreedSeed: Uint8Array
  signal: AbortSignal
  logger: Logger
  progress: (report: { fraction: number; done?: number; total?: number; unit?: string }) => void
}

/** Gives this member's part of each output. */
export type ComponentRun<P, S = unknown> = (context: TaskContext<P, S>) => Promise<Record<string, Artifact>>

/** The parameters that a declaration's `run` gets: `ComponentRun<ParamsOf<typeof psi>, Session>`. */
export type ParamsOf<D extends { params: z.ZodObject }> = z.output<D['params']>
