import { equalBytes, platformRng, randomBytes } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { ecdhSuiteNames } from './cost.ts'
import { loadSuite } from './suite.ts'

const rng = platformRng(nodePlatform)

test.each(ecdhSuiteNames)('%s: an inverse undoes its scalar on what was hashed to', async (name) => {
  const suite = await loadSuite(name, nodePlatform)
  for (let i = 0; i < (name === 'curve25519' ? 50 : 3); i++) {
    const scalar = suite.randomScalar(rng)
    const inverse = suite.inverse(scalar)
    if (name === 'curve25519') expect([inverse[0]! & 7, inverse[31]! & 192]).toEqual([0, 64])
    const H = suite.hashToGroup(randomBytes(rng, 64))
    const masked = suite.multiply(scalar, H)
    expect(equalBytes(masked, H)).toBe(false)
    expect(equalBytes(suite.multiply(inverse, masked), H)).toBe(true)
  }
})
