/** The line that tests and benches put between nodes delays and narrows, and changes nothing else. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { ShapedLink } from './shaped.ts'

it('keeps bytes in order, however they are cut', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const shape = { delayMs: 15, bytesPerSecond: 12.5e6 }
  const link = await ShapedLink.start({ host: '127.0.0.1', port }, shape)
  const accepted = once(server, 'connection')
  const near = connect(link.address.port, link.address.host).setNoDelay(true)
  const [far] = await accepted
  const sent = Uint32Array.from({ length: 1_000_000 }, (_, i) => i)
  const received: Buffer[] = []
  let missing = sent.byteLength
  const all = Promise.withResolvers<void>()
  far.on('data', (chunk: Buffer) => {
    received.push(chunk)
    missing -= chunk.length
    if (missing === 0) all.resolve()
  })
  const start = performance.now()
  for (let at = 0, piece = 0; at < sent.length; piece++) {
    const count = [3000, 1, 200, 5000, 2, 1][piece % 6]!
    near.write(new Uint8Array(sent.slice(at, at + count).buffer))
    at += count
    await new Promise((resolve) => setTimeout(resolve, piece % 3 === 0 ? 1 : 0))
  }
  await all.promise
  expect(Buffer.compare(Buffer.concat(received), Buffer.from(sent.buffer))).toBe(0)
  expect(performance.now() - start).toBeGreaterThan((1000 * sent.byteLength) / shape.bytesPerSecond)
  await link.close()
  server.close()
})
