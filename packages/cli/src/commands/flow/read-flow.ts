import { readFileSync } from 'node:fs'
import { cliErrors } from '../../errors.ts'

export function readFlow(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw cliErrors.CLI_FILE({ file }, { cause })
  }
}
