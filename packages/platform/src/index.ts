export { nodePlatform } from './node.ts'
export { fileScratch } from './scratch.ts'
