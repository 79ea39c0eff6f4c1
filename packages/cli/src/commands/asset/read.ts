import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { table } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'
import { numberOf } from './options.ts'
import { cardTable, nameOf, pageText, shortToken } from './view.ts'

const kinds = ['dataset', 'flow', 'model', 'compute'] as const

export function kindOf(text: string): (typeof kinds)[number] {
  const kind = kinds.find((k) => k === text)
  if (kind === undefined) throw cliErrors.CLI_INVALID({ name: '--kind', expected: kinds.join(', ') })
  return kind
}

type ListOptions = GlobalOptions & { tag?: string; kind?: string; owner?: string; all?: boolean; limit: string }

export function listCommand(context: CliContext): Command {
  const { tag, kind, owner, all, limit } = context.text.commands.assetList
  return command(context, 'assetList', 'list [text...]', { json: true })
    .option('--tag <tag>', tag)
    .option('--kind <kind>', kind)
    .option('--owner <member>', owner)
    .option('--all', all)
    .option('--limit <n>', limit, '100')
    .action(async (text: string[], _: unknown, self: Command) => {
      const options = self.optsWithGlobals<ListOptions>()
      const found = await connect(homeOf(options)).assets.list({
        ...(text.length === 0 ? {} : { text: text.join(' ') }),
        ...(options.tag === undefined ? {} : { tag: options.tag }),
        ...(options.kind === undefined ? {} : { kind: kindOf(options.kind) }),
        ...(options.owner === undefined ? {} : { owner: options.owner }),
        ...(options.all ? { all: 'yes' } : {}),
        limit: numberOf(options.limit, '--limit'),
      })
      if (options.json) return printJson(found)
      const { say } = context.text.asset
      if (found.total === 0) return notice(say.none)
      print(cardTable(found.assets, context))
      if (found.assets.length < found.total) notice(say.found(found.assets.length, found.total))
    })
}

export function showCommand(context: CliContext): Command {
  return command(context, 'assetShow', 'show <asset>', { json: true }).action(
    async (asset: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const page = await connect(homeOf(options)).assets.show({ asset })
      if (options.json) printJson(page)
      else print(pageText(page, context))
    },
  )
}

export function waitingCommand(context: CliContext): Command {
  return command(context, 'assetWaiting', 'waiting', { json: true }).action(async (_: unknown, self: Command) => {
    const options = self.optsWithGlobals<GlobalOptions>()
    const waiting = await connect(homeOf(options)).assets.waiting()
    if (options.json) return printJson(waiting)
    const { say } = context.text.asset
    const lines = [
      ...waiting.composites.map(({ composite, child }) =>
        say.wants(`${nameOf(composite)} (${shortToken(composite)})`, composite.owner, nameOf(child)),
      ),
      ...waiting.offers.map((offer) => say.offered(`${nameOf(offer)} (${shortToken(offer)})`, offer.owner)),
    ]
    if (lines.length === 0) notice(say.nothingWaits)
    else print(lines.join('\n'))
  })
}

type LineageOptions = GlobalOptions & { direction: string; prov?: boolean }

export function lineageCommand(context: CliContext): Command {
  const about = context.text.commands.assetLineage
  return command(context, 'assetLineage', 'lineage <asset>', { json: true })
    .option('--direction <direction>', about.direction, 'both')
    .option('--prov', about.prov)
    .action(async (asset: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<LineageOptions>()
      const client = connect(homeOf(options))
      if (options.prov) return printJson(await client.assets.prov({ asset }))
      const direction = (['both', 'from', 'into'] as const).find((d) => d === options.direction)
      if (direction === undefined) throw cliErrors.CLI_INVALID({ name: '--direction', expected: 'both, from, into' })
      const graph = await client.assets.lineage({ asset, direction })
      if (options.json) return printJson(graph)
      const { say } = context.text.asset
      const nodes = new Map(graph.nodes.map((n) => [n.id, n]))
      const said = (id: string): string => {
        const { kind, label, owner } = nodes.get(id)!
        return `${say.nodes[kind]} ${label}${owner === undefined ? '' : ` (${owner})`}`
      }
      if (graph.edges.length === 0) return print(said(graph.root))
      const head = [say.facts.from, say.facts.what, say.facts.to]
      print(
        table(
          head,
          graph.edges.map(({ from, kind, to }) => [said(from), say.edges[kind], said(to)]),
        ),
      )
    })
}
