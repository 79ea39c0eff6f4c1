import { conformsWithOptions } from './options.suite.ts'

const runs = process.env.SECUREFLOW_FULL === '1' ? 1000 : 3
for (const protocol of ['ecdh', 'rr22', 'rr22-low', 'rr22-malicious'] as const) conformsWithOptions(protocol, runs)
