/** Taking files of any form in: what they are, what their columns hold, which rows cannot be used. */
export { readBadRows } from './bad-rows.ts'
export { type Converted, type ConvertRequest, convert, type Decision } from './convert.ts'
export {
  type DatabaseLogin,
  type DatabaseRequest,
  listTables,
  stageDatabase,
} from './databases.ts'
export type { CellType, ColumnGuess, ColumnKind, DatasetRole, RoleReason } from './guess.ts'
export type { BadRow, Flaw } from './rows.ts'
export type { Encoding, SourceFormat } from './sniff.ts'
export { type Progress, type Staged, type StageOptions, type StageRequest, stage } from './stage.ts'
