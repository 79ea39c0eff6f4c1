import { describe, expect, test } from 'vitest'
import { memoryPair } from './memory.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

describe('memoryPair', () => {
  test('delivers in order, copies, and lets the buffer be reused', async () => {
    const [a, b] = memoryPair()
    const buffer = bytes(1)
    await a.send('x', buffer)
    buffer[0] = 2
    await a.send('y', buffer)
    expect(await b.recv('x', 1)).toEqual(bytes(1))
    expect(await b.recv('y', 1)).toEqual(bytes(2))
  })

  test('serves several waiting receivers in turn', async () => {
    const [a, b] = memoryPair()
    const both = Promise.all([b.recv('x', 9), b.recv('x', 9), b.recv('x', 9)])
    for (const n of [1, 2, 3]) await a.send('x', bytes(n))
    expect(await both).toEqual([bytes(1), bytes(2), bytes(3)])
  })

  test('holds the sender back while the queue is full, and loses, repeats and reorders nothing', async () => {
    const [a, b] = memoryPair({ maxQueuedBytes: 100 })
    let accepted = 0
    const sending = Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        await a.send('x', new Uint8Array(40).fill(i))
        accepted++
      }),
    )
    await new Promise((r) => setTimeout(r, 5))
    expect(accepted).toBe(2)
    for (let i = 0; i < 50; i++) expect((await b.recv('x', 40))[0]).toBe(i)
    await sending
    expect(accepted).toBe(50)
  })

  test('takes a message larger than the queue when it is alone', async () => {
    const [a, b] = memoryPair({ maxQueuedBytes: 10 })
    await a.send('x', new Uint8Array(100))
    expect((await b.recv('x', 100)).length).toBe(100)
  })

  test('ends waiting at the deadline, on both sides', async () => {
    const [a, b] = memoryPair({ timeoutMs: 20, maxQueuedBytes: 1 })
    await expect(b.recv('x', 1)).rejects.toMatchObject({ code: 'CHANNEL_TIMEOUT', class: 'timeout' })
    await a.send('x', bytes(1))
    await expect(a.send('x', bytes(2))).rejects.toMatchObject({ code: 'CHANNEL_STALLED', class: 'timeout' })
    expect(await b.recv('x', 1)).toEqual(bytes(1))
  })

  test('refuses another tag and a larger body, and then is closed', async () => {
    for (const [tag, max, code] of [
      ['y', 3, 'CHANNEL_UNEXPECTED_TAG'],
      ['x', 2, 'CHANNEL_TOO_LARGE'],
    ] as const) {
      const [a, b] = memoryPair()
      await a.send('x', bytes(1, 2, 3))
      await expect(b.recv(tag, max)).rejects.toMatchObject({ code, class: 'peer' })
      await expect(a.send('x', bytes(1))).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
    }
  })

  test('closing wakes everyone; the other end first reads what was sent', async () => {
    const [a, b] = memoryPair()
    await a.send('x', bytes(1))
    const waiting = a.recv('y', 1)
    a.close(new Error('own reason'))
    await expect(waiting).rejects.toThrow('own reason')
    expect(await b.recv('x', 1)).toEqual(bytes(1))
    await expect(b.recv('x', 1)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED', class: 'transport' })
  })

  test('an abort signal ends both ends, before and during waiting', async () => {
    const abort = new AbortController()
    const [a, b] = memoryPair({ signal: abort.signal })
    const waiting = [a.recv('x', 1), b.recv('x', 1)]
    abort.abort()
    for (const w of waiting) await expect(w).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(memoryPair({ signal: abort.signal })[0].send('x', bytes(1))).rejects.toMatchObject({ code: 'ABORTED' })
  })
})
