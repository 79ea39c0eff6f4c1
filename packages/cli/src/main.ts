/** The command, behind `bin/secureflow.js`, which knows that this Node.js is new enough. */
import { runCommand } from './program.ts'

process.exitCode = await runCommand(process.argv.slice(2))
