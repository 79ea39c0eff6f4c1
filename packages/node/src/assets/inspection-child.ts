/** One inspection in a process of its own: the request comes in the arguments, the answer goes to stdout as JSON. */
import { errorToJson } from '@secureflow/base'
import { type InspectionRequest, inspectFile } from './inspection.ts'

const answer = await inspectFile(JSON.parse(process.argv[2]!) as InspectionRequest).then(
  (inspection) => ({ inspection }),
  (error: unknown) => ({ error: errorToJson(error) }),
)
process.stdout.write(JSON.stringify(answer))
