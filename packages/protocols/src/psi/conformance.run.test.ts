import { conforms } from './conformance.suite.ts'

const runs = process.env.SECUREFLOW_FULL === '1' ? 1000 : 20
for (const protocol of ['ecdh', 'rr22', 'rr22-low', 'rr22-malicious'] as const) conforms(protocol, runs)
