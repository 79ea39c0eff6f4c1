/** `secureflow demo`: the whole product on one machine, with invented tables or a person's own. */
import { Command } from 'commander'
import type { CliContext } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { demoText } from '../../text/demo.ts'
import type { DemoOptions } from './demo.ts'

export function demoCommand(context: CliContext): Command {
  const text = demoText[context.locale]
  return new Command('demo')
    .description(text.about)
    .option('--keep', text.keep)
    .option('--a <file>', text.a)
    .option('--b <file>', text.b)
    .option('--label <column>', text.label)
    .option('--id <column>', text.id)
    .option('--epochs <n>', text.epochs, '10')
    .action(async (options: DemoOptions & { epochs: string }) => {
      const own = [options.a, options.b, options.label, options.id]
      if (own.some((o) => o !== undefined) && own.some((o) => o === undefined)) throw cliErrors.DEMO_OWN_FILES({})
      const epochs = Number(options.epochs)
      if (!Number.isInteger(epochs) || epochs < 1 || epochs > 1000)
        throw cliErrors.CLI_INVALID({ name: '--epochs', expected: '1 … 1000' })
      const { demo } = await import('./demo.ts') // it brings the reader of tables: too much for every other command
      context.exitCode = await demo(context, options, epochs)
    })
}
