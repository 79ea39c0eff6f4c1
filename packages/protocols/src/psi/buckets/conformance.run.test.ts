import { conforms } from '../conformance.suite.ts'

const full = process.env.SECUREFLOW_FULL === '1'
for (const protocol of ['rr22', 'rr22-low', 'rr22-malicious'] as const)
  conforms(protocol, full ? 200 : 2, { buckets: full ? 8 : 2 })
