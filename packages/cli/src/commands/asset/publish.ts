import type { InputOf, Routes } from '@secureflow/api'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, homeOf } from '../../context.ts'
import { notice, print, printJson } from '../../say.ts'
import { type DescribingOptions, describing, descriptionOf, listOf, numberOf, readTerms, readText } from './options.ts'
import { kindOf } from './read.ts'
import { nameOf } from './view.ts'

type Content = InputOf<Routes['assets']['publish']>['content']
interface PublishOptions extends DescribingOptions {
  name: string
  terms?: string
  children?: string
  endpoint?: string
  versionOf?: string
}

function publishing(made: Command, context: CliContext): Command {
  const { options } = context.text.asset
  return describing(made.requiredOption('--name <name>', options.name), context)
    .option('--terms <file>', context.text.commands.dataAdd.terms)
    .option('--children <assets>', options.children)
    .option('--endpoint <address>', options.endpoint)
    .option('--version-of <asset>', options.previous)
}

async function publish(options: PublishOptions, content: Content, context: CliContext, parts?: string): Promise<void> {
  const children = [...listOf(options.children ?? ''), ...listOf(parts ?? '')]
  const page = await connect(homeOf(options)).assets.publish({
    name: options.name,
    content,
    children,
    ...descriptionOf(options),
    ...(options.terms === undefined ? {} : { terms: readTerms(options.terms) }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.versionOf === undefined ? {} : { previous: options.versionOf }),
  })
  if (options.json) return printJson(page)
  const { say } = context.text.asset
  print(say.published(nameOf(page), page.token ?? '-'))
  if (page.missing > 0) notice(say.waits(page.missing))
}

export function publishCommand(context: CliContext): Command {
  return publishing(command(context, 'assetPublish', 'publish <flow>', { json: true }), context)
    .option('--hide-text', context.text.commands.assetPublish.hideText)
    .action(async (file: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<PublishOptions & { hideText?: boolean }>()
      await publish(options, { form: 'flow', text: readText(file), hideText: options.hideText ?? false }, context)
    })
}

export function modelCommand(context: CliContext): Command {
  return publishing(command(context, 'assetModel', 'model <run>', { json: true }), context)
    .option('--step <step>', context.text.commands.assetModel.step)
    .action(async (run: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<PublishOptions & { step?: string }>()
      const step = options.step === undefined ? {} : { step: options.step }
      await publish(options, { form: 'model', run, ...step }, context)
    })
}

export function computeCommand(context: CliContext): Command {
  const { cores, memory, components } = context.text.commands.assetCompute
  return publishing(command(context, 'assetCompute', 'compute', { json: true }), context)
    .option('--cores <n>', cores)
    .option('--memory <bytes>', memory)
    .option('--components <names>', components)
    .action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<PublishOptions & { cores?: string; memory?: string; components?: string }>()
      const content: Content = {
        form: 'compute',
        ...(options.cores === undefined ? {} : { cores: numberOf(options.cores, '--cores') }),
        ...(options.memory === undefined ? {} : { memoryBytes: numberOf(options.memory, '--memory') }),
        ...(options.components === undefined ? {} : { components: listOf(options.components) }),
      }
      await publish(options, content, context)
    })
}

export function composeCommand(context: CliContext): Command {
  const { kind, of } = context.text.commands.assetCompose
  return publishing(command(context, 'assetCompose', 'compose', { json: true }), context)
    .requiredOption('--kind <kind>', kind)
    .requiredOption('--of <assets>', of)
    .action(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<PublishOptions & { kind: string; of: string }>()
      await publish(options, { form: 'composition', kind: kindOf(options.kind) }, context, options.of)
    })
}
