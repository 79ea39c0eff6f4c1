/** One simulated node: a whole node in a process of its own, which ends when whoever started it does. */
import { enableCompileCache } from 'node:module'
import type { Socket } from 'node:net'
import { codeCache } from '../code-cache.ts'

const [home = ''] = process.argv.slice(2)
enableCompileCache(codeCache)
const { startNode } = await import('../node.ts')
const node = await startNode({ home })
process.stdout.write(`${JSON.stringify({ url: node.url, pid: process.pid })}\n`)

// The pipe breaks with the parent, however that ends: nobody is left behind.
const stdin = process.stdin as unknown as Socket
const gone = new Promise<void>((resolve) => {
  stdin.on('end', resolve).on('error', () => resolve())
})
stdin.resume()
await Promise.race([gone, node.ended])
const force = setTimeout(() => process.exit(1), 5000)
await node.close()
clearTimeout(force)
process.exit(0)
