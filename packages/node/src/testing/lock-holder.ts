/** A process that holds a home until it is killed; `lock.test.ts` starts it. */
import { lockHome } from '../storage/lock.ts'

lockHome(process.argv[2]!)
process.stdout.write('held\n')
setInterval(() => {}, 60_000)
