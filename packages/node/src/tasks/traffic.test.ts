import type { Wire } from '@secureflow/channel'
import { expect, test } from 'vitest'
import { Traffic } from './traffic.ts'

/** A line whose answers come when the test says. */
function line() {
  const held: (() => void)[] = []
  const later = <T>(value: T) => new Promise<T>((resolve) => held.push(() => resolve(value)))
  const wire: Wire = { send: () => later(undefined), recv: () => later(new Uint8Array(3)), close: () => {} }
  return {
    wire,
    next: async () => {
      held.shift()!()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

test('messages are counted by partner, tag and what they disclose', () => {
  const { wire } = line()
  const traffic = new Traffic(new Map([['b', wire]]), () => 0)
  const send = (tag: string, bytes: number) => void traffic.wires.get('b')!.send(tag, new Uint8Array(bytes))
  send('blinded', 10)
  traffic.released('rows', 'b')
  traffic.released('matches', 'b')
  send('matches', 4)
  send('matches', 4)
  send('done', 1)
  send('matches', 2)
  expect(traffic.classes).toEqual([
    { to: 'b', tag: 'blinded', disclosures: [], messages: 1, bytes: 10 },
    { to: 'b', tag: 'matches', disclosures: ['rows', 'matches'], messages: 2, bytes: 8 },
    { to: 'b', tag: 'done', disclosures: [], messages: 1, bytes: 1 },
    { to: 'b', tag: 'matches', disclosures: [], messages: 1, bytes: 2 },
  ])
})

test('a partner cannot make it remember without end', () => {
  const { wire } = line()
  const traffic = new Traffic(new Map([['b', wire]]), () => 0)
  for (let i = 0; i < 300; i++) void traffic.wires.get('b')!.send(`t${i}`, new Uint8Array(1))
  expect(traffic.classes.length).toBeLessThanOrEqual(101)
  expect(traffic.classes.reduce((sum, c) => sum + c.messages, 0)).toBe(300)
})

test('time is spent sending, waiting or neither, and never twice', async () => {
  const { wire, next } = line()
  let now = 0
  const traffic = new Traffic(new Map([['b', wire]]), () => now)
  const [b] = traffic.wires.values()
  now = 5
  void b!.recv('x', 10)
  now = 15
  void b!.send('y', new Uint8Array(1))
  now = 22
  await next() // the first: what was received
  now = 30
  await next()
  now = 100
  expect(traffic.record()).toMatchObject({ waitMs: 10, sendMs: 15 })
})
