export * from './account.ts'
export * from './prg.ts'
