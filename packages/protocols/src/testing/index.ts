export * from './leak.ts'
export * from './mesh.ts'
