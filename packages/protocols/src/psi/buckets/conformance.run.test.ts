import { conforms } from '../conformance.suite.ts'

// Malicious mode does all that the others do, and more.
if (process.env.SECUREFLOW_FULL === '1')
  for (const protocol of ['rr22', 'rr22-low', 'rr22-malicious'] as const) conforms(protocol, 200, { buckets: 8 })
else conforms('rr22-malicious', 2, { buckets: 2 })
