/** Preloaded into a node of a test: the node ends when the test's process does, however that ends. */
import type { Socket } from 'node:net'

const stdin = process.stdin as unknown as Socket
stdin.on('end', () => process.exit(1)).on('error', () => process.exit(1))
stdin.resume()
stdin.unref() // it keeps no node from ending in good order
