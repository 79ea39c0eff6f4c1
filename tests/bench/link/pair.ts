/** Two nodes, each with one task behind a pipe, joined by mutual TLS on loopback or through a shaped line. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type Shape, ShapedLink } from '@secureflow/node/peers/shaped'
import { testIdentity } from '@secureflow/node/peers/testing'
import type { NodeSetup } from './node.ts'

export class NodePair {
  readonly #a: ChildProcess
  readonly #b: ChildProcess
  readonly #line: ShapedLink | undefined

  private constructor(a: ChildProcess, b: ChildProcess, line: ShapedLink | undefined) {
    this.#a = a
    this.#b = b
    this.#line = line
  }

  /** @param task  program of the tasks, a file of this folder */
  static async start(task: string, shape?: Shape): Promise<NodePair> {
    const [a, b] = await Promise.all([testIdentity('a1'), testIdentity('b1')])
    const script = new URL('./node.ts', import.meta.url)
    const start = async (setup: NodeSetup): Promise<[ChildProcess, number]> => {
      const child = fork(script)
      child.send({ setup })
      const [{ port }] = await once(child, 'message')
      await once(child, 'message') // the task is there
      return [child, port]
    }
    const [nodeB, port] = await start({ self: 'b1', peer: 'a1', identity: b, peerFingerprint: a.fingerprint, task })
    const direct = { host: '127.0.0.1', port }
    const line = shape === undefined ? undefined : await ShapedLink.start(direct, shape)
    const address = line?.address ?? direct
    const [nodeA] = await start({ self: 'a1', peer: 'b1', identity: a, peerFingerprint: b.fingerprint, address, task })
    return new NodePair(nodeA, nodeB, line)
  }

  /** Gives each task its order. @returns what they answer */
  async order<T>(forA: object, forB: object): Promise<[T, T]> {
    const answers = [this.#a, this.#b].map(async (node) => (await once(node, 'message'))[0] as T)
    this.#b.send({ order: forB })
    this.#a.send({ order: forA })
    return (await Promise.all(answers)) as [T, T]
  }

  async end(): Promise<void> {
    await Promise.all(
      [this.#a, this.#b].map(async (node) => {
        node.send({ end: true })
        await once(node, 'exit')
      }),
    )
    await this.#line?.close()
  }
}
