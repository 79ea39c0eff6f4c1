import { expect, test } from 'vitest'
import { nextStep, type Standing } from './next-step.ts'

const nothing: Standing = { hasNetwork: false, datasets: 0, partners: 0, spaces: [], succeeded: false }
const space = (status: Standing['spaces'][number]['status'], awaitsOwn = false) => ({ id: status, status, awaitsOwn })

test.each<[Partial<Standing>, string | undefined]>([
  [{}, 'nextNetwork'],
  [{ hasNetwork: true }, 'nextData'],
  [{ hasNetwork: true, datasets: 1 }, 'nextPartner'],
  [{ hasNetwork: true, datasets: 1, partners: 1 }, 'nextSpace'],
  [{ hasNetwork: true, datasets: 1, partners: 1, spaces: [space('waiting')] }, 'nextWait'],
  [{ hasNetwork: true, partners: 1, spaces: [space('invited', true)] }, 'nextSign'],
  [{ hasNetwork: true, datasets: 1, partners: 1, spaces: [space('waiting'), space('active')] }, 'nextRun'],
  [{ hasNetwork: true, datasets: 1, partners: 1, spaces: [space('refused')] }, 'nextSpace'],
  [{ hasNetwork: true, datasets: 1, partners: 1, spaces: [space('active')], succeeded: true }, undefined],
])('%j: %s', (standing, say) => {
  expect(nextStep({ ...nothing, ...standing })?.say).toBe(say)
})
