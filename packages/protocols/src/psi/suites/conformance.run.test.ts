import { conforms } from '../conformance.suite.ts'

const full = process.env.SECUREFLOW_FULL === '1'
const mode = full ? { runs: 300, many: 500 } : { runs: 4, many: 20 }
for (const suite of ['ristretto255', 'p256', 'sm2'] as const) conforms('ecdh', mode.runs, { suite, many: mode.many })
