export * from './commitment.ts'
export * from './encoding.ts'
export * from './errors.ts'
export * from './table.ts'
