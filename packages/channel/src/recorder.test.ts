import { describe, expect, test } from 'vitest'
import { memoryPair } from './memory.ts'
import { type Fault, record, type TamperRule, tamper } from './recorder.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

test('record keeps both directions, copied, in order', async () => {
  const [a, b] = memoryPair()
  const recorded = record(a)
  const buffer = bytes(1)
  await recorded.send('x', buffer)
  buffer[0] = 9
  await b.send('y', bytes(2))
  await recorded.recv('y', 1)
  expect(recorded.transcript).toEqual([
    { direction: 'sent', tag: 'x', body: bytes(1) },
    { direction: 'received', tag: 'y', body: bytes(2) },
  ])
})

describe('tamper', () => {
  /** What arrives of the messages 0, 1, 2 of two bytes each. */
  const arriving = async (rule: TamperRule) => {
    const [a, b] = memoryPair()
    const tampered = tamper(a, rule)
    for (const n of [0, 1, 2]) await tampered.send('x', bytes(n, n))
    tampered.close()
    const arrived: string[] = []
    for (;;)
      try {
        arrived.push((await b.recv('x', 1 << 21)).subarray(0, 4).join())
      } catch {
        return { arrived, applied: tampered.applied }
      }
  }

  test.each([
    ['drop', ['0,0', '2,2']],
    ['repeat', ['0,0', '1,1', '1,1', '2,2']],
    ['reorder', ['0,0', '2,2', '1,1']],
    ['truncate', ['0,0', '1', '2,2']],
    ['flip', ['0,0', '1,0', '2,2']],
    ['oversize', ['0,0', '1,1,0,0', '2,2']],
  ] as [Fault, string[]][])('%s', async (fault, expected) => {
    expect(await arriving({ at: 1, fault })).toEqual({ arrived: expected, applied: true })
  })

  test('a function says what is sent instead; a message that never comes is not applied', async () => {
    const fault: TamperRule['fault'] = ({ tag }) => [{ tag, body: bytes(7) }]
    expect(await arriving({ at: 1, fault })).toEqual({ arrived: ['0,0', '7', '2,2'], applied: true })
    expect((await arriving({ at: 3, fault })).applied).toBe(false)
  })
})
