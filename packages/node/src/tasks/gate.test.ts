import type { PlannedDisclosure } from '@secureflow/flow'
import { describe, expect, it } from 'vitest'
import { Gate, type GateRelease } from './gate.ts'

const scores: PlannedDisclosure = {
  id: 'scores',
  what: 'score',
  to: 'bank-a',
  from: ['bank-b'],
  atMost: 10,
  gated: true,
  detail: {},
}

function gate(allowed: () => Promise<void> = async () => {}): { gate: Gate; written: GateRelease[] } {
  const written: GateRelease[] = []
  return {
    gate: new Gate({ self: 'bank-b', disclosures: [scores], allowed, write: async (_, r) => void written.push(r) }),
    written,
  }
}

describe('Gate', () => {
  it('counts openings over calls and refuses the one that exceeds', async () => {
    const { gate: g, written } = gate()
    await g.release({ disclosure: 'scores', to: 'bank-a', count: 6 })
    await g.release({ disclosure: 'scores', to: 'bank-a', count: 4 })
    await expect(g.release({ disclosure: 'scores', to: 'bank-a', count: 1 })).rejects.toMatchObject({
      code: 'GATE_TOO_MUCH',
    })
    expect(written).toHaveLength(2)
    expect(g.released()).toEqual([{ disclosure: 'scores', to: 'bank-a', count: 10 }])
  })

  it('refuses what is not declared: another id, another receiver, a negative count', async () => {
    const { gate: g, written } = gate()
    await expect(g.release({ disclosure: 'weights', to: 'bank-a', count: 1 })).rejects.toMatchObject({
      code: 'GATE_UNDECLARED',
    })
    await expect(g.release({ disclosure: 'scores', to: 'bank-c', count: 1 })).rejects.toMatchObject({
      code: 'GATE_UNDECLARED',
    })
    await expect(g.release({ disclosure: 'scores', to: 'bank-a', count: -1 })).rejects.toMatchObject({
      code: 'GATE_TOO_MUCH',
    })
    expect(written).toHaveLength(0)
  })

  it('writes nothing where the owner’s terms refuse', async () => {
    const { gate: g, written } = gate(async () => {
      throw new Error('terms')
    })
    await expect(g.release({ disclosure: 'scores', to: 'bank-a', count: 1 })).rejects.toThrow('terms')
    expect(written).toHaveLength(0)
  })
})
