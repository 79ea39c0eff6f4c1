import type { UsageReport } from '@secureflow/api'
import { describe, expect, test } from 'vitest'
import { newContext } from '../../context.ts'
import { reportText } from './report-text.ts'

const report: UsageReport = {
  unreadable: 0,
  runs: [
    {
      run: 'ab'.repeat(32),
      flow: 'joint-credit',
      purpose: 'credit-risk',
      initiator: 'bank-a',
      startedAt: Date.UTC(2026, 0, 31),
      status: 'succeeded',
      parties: [
        {
          party: 'bank-a',
          part: ['label'],
          by: 'here',
          tasks: 7,
          unseen: 0,
          failedAttempts: 1,
          seconds: 12.34,
          cpuSeconds: 9.87,
          peakMemoryBytes: 150e6,
          bytesSent: 2e6,
          bytesReceived: 3e6,
          datasets: [],
        },
        {
          party: 'bank-b',
          part: ['feature'],
          by: 'receipts',
          tasks: 4,
          unseen: 2,
          failedAttempts: 0,
          seconds: 11,
          bytesSent: 3e6,
          bytesReceived: 2e6,
          datasets: [],
        },
      ],
    },
  ],
  assets: [
    {
      asset: 'cd'.repeat(32),
      name: 'payments',
      uses: 3,
      succeeded: 2,
      failed: 1,
      rows: 21_000,
      releases: 12,
      epsilon: 0.5,
      epsilonUnknown: 1,
      askers: [{ member: 'bank-a', uses: 3 }],
      demand: { allowed: 3, waits: 1, refused: 2, prices: [] },
      lastUsedAt: Date.UTC(2026, 0, 31),
    },
  ],
  partners: [{ partner: 'bank-b', runs: 2, bytesSent: 10, bytesReceived: 20, seconds: 1, cpuSeconds: 0.5 }],
}

describe.each(['en', 'zh'] as const)('Usage in %s', (locale) => {
  const text = (by: 'run' | 'asset' | 'partner', of = report) => reportText(of, by, newContext(locale))

  test('says of each figure by whom it was measured, and what is not known', () => {
    const lines = text('run').split('\n')
    expect(lines[0]).toMatch(/^abababababab {2}joint-credit {2}/)
    expect(lines.find((l) => l.includes('bank-a'))).toMatch(/12\.3 +9\.9 .*150 MB.*(here|本节点).*1 /)
    // No receipt says it: nothing is put in its place.
    expect(lines.find((l) => l.includes('bank-b'))).toMatch(/11\.0 +- +- .*(receipts|回执).*2 /)
    expect(text('run')).toMatch(locale === 'en' ? /measured by each party itself/ : /由各方自行计量/)
  })

  test('by asset: asked, refused, uses; a sum that is not whole is a lower bound', () => {
    const row = text('asset').split('\n')[1]!
    expect(row).toMatch(/^payments +6 +2 +3 +1 +21,000 +12 +≥ 0\.5 +bank-a 3 +2026-01-31/)
  })

  test('by partner, and nothing where there is nothing', () => {
    expect(text('partner')).toContain('bank-b')
    for (const by of ['run', 'asset', 'partner'] as const) expect(text(by, { unreadable: 0 })).toBe('')
  })
})
