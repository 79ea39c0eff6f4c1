import { resolve } from 'node:path'
import type { AssetCard } from '@secureflow/api'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { print, printJson } from '../../say.ts'
import { type DescribingOptions, readTerms, settingsOf } from './options.ts'
import { cardTable, nameOf, pageText } from './view.ts'

function showCard(card: AssetCard, { json }: GlobalOptions, context: CliContext): void {
  if (json) printJson(card)
  else print(cardTable([card], context))
}

export function grantCommand(context: CliContext): Command {
  return command(context, 'assetGrant', 'grant <composite> <child>', { json: true }).action(
    async (asset: string, child: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      showCard(await connect(homeOf(options)).assets.grantChild({ asset, child }), options, context)
    },
  )
}

export function revokeCommand(context: CliContext): Command {
  return command(context, 'assetRevoke', 'revoke <composite> <child>', { json: true }).action(
    async (asset: string, child: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      showCard(await connect(homeOf(options)).assets.revokeChild({ asset, child }), options, context)
    },
  )
}

export function settingsCommand(context: CliContext): Command {
  const { visible, grantees, tellTerms } = context.text.asset.options
  return command(context, 'assetSettings', 'settings <asset>', { json: true })
    .option('--visible <who>', visible)
    .option('--grantees <members>', grantees)
    .option('--tell-terms <yes|no>', tellTerms)
    .action(async (asset: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<DescribingOptions>()
      const page = await connect(homeOf(options)).assets.change({ asset, ...settingsOf(options) })
      if (options.json) printJson(page)
      else print(pageText(page, context))
    })
}

export function retireCommand(context: CliContext): Command {
  return command(context, 'assetRetire', 'retire <asset>').action(async (asset: string, _: unknown, self: Command) => {
    await connect(homeOf(self.optsWithGlobals<GlobalOptions>())).assets.retire({ asset })
    print(context.text.asset.say.retired(asset))
  })
}

export function offerCommand(context: CliContext): Command {
  return command(context, 'assetOffer', 'offer <asset> [member]').action(
    async (asset: string, to: string | undefined, _: unknown, self: Command) => {
      const client = connect(homeOf(self.optsWithGlobals<GlobalOptions>()))
      await client.assets.offer({ asset, ...(to === undefined ? {} : { to }) })
      const { say } = context.text.asset
      print(to === undefined ? say.withdrawn(asset) : say.offeredTo(asset, to))
    },
  )
}

export function acceptCommand(context: CliContext): Command {
  const { path, terms } = context.text.commands.assetAccept
  return command(context, 'assetAccept', 'accept <asset>', { json: true })
    .option('--path <file>', path)
    .option('--terms <file>', terms)
    .action(async (asset: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { path?: string; terms?: string }>()
      const page = await connect(homeOf(options)).assets.accept({
        asset,
        ...(options.path === undefined ? {} : { path: resolve(options.path) }),
        ...(options.terms === undefined ? {} : { terms: readTerms(options.terms) }),
      })
      if (options.json) return printJson(page)
      print(context.text.asset.say.accepted(nameOf(page)))
    })
}
