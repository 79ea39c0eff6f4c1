export * from './functionality.ts'
export * from './intersect.ts'
export type { EncodedItems } from './items.ts'
export type { PsiProtocol } from './protocols.ts'
