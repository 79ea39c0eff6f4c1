import { conformsWithOptions } from '../options.suite.ts'

const full = process.env.SECUREFLOW_FULL === '1'
const suites = full ? (['ristretto255', 'p256', 'sm2'] as const) : (['p256', 'sm2'] as const)
for (const suite of suites) conformsWithOptions('ecdh', full ? 100 : 2, { suite })
