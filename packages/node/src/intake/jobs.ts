/** What is done with tables outside the node's own process: each job is one message in and one out. */
import {
  type ConvertRequest,
  convert,
  type DatabaseRequest,
  listTables,
  type StageRequest,
  stage,
  stageDatabase,
} from '@secureflow/data/intake/index'
import { type ProfileRequest, profileTable, type RowsRequest, readRows } from '@secureflow/data/profile'

export type Progress = (done: number, total: number) => void

const work = {
  stage: (request: StageRequest, progress: Progress) => stage(request, progress),
  database: (request: DatabaseRequest, progress: Progress) => stageDatabase(request, progress),
  tables: (request: Parameters<typeof listTables>[0]) => listTables(request),
  profile: (request: ProfileRequest, progress: Progress) => profileTable(request, progress),
  rows: (request: RowsRequest) => readRows(request),
  convert: (request: ConvertRequest, progress: Progress) => convert(request, progress),
}

type Work = typeof work
export type JobName = keyof Work
export type RequestOf<N extends JobName> = Parameters<Work[N]>[0]
export type ResultOf<N extends JobName> = Awaited<ReturnType<Work[N]>>

export interface Job {
  name: JobName
  request: unknown
}

export const perform = ({ name, request }: Job, progress: Progress): Promise<unknown> =>
  (work[name] as (request: unknown, progress: Progress) => Promise<unknown>)(request, progress)
