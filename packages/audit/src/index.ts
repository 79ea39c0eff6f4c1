export * from './log.ts'
export * from './merkle.ts'
export * from './receipt.ts'
export * from './verify.ts'
