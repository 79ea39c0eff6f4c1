export { nodePlatform } from './node.ts'
