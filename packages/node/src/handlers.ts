/** What each route does, in terms of the node's parts. */
import { apiErrors, type NetworkView, type Routes, release } from '@secureflow/api'
import type { AssetService } from './assets/create.ts'
import { assetHandlers } from './assets/handlers.ts'
import type { AuditReport } from './audit/verify.ts'
import type { Demo } from './demo/demo.ts'
import type { Drafts } from './drafts/drafts.ts'
import type { Identity } from './identity/index.ts'
import { type IntakeParts, importHandlers, viewHandlers } from './intake/handlers.ts'
import type { Credentials } from './network/credentials.ts'
import type { Decisions } from './network/decisions.ts'
import type { Network } from './network/network.ts'
import { peopleHandlers } from './people/handlers.ts'
import type { People } from './people/people.ts'
import type { RunService } from './runs/interface.ts'
import type { Handlers } from './server/index.ts'
import type { SpaceDesk } from './spaces/interface.ts'
import type { UsageReports } from './usage/report.ts'

export interface HandlerParts {
  identity: Identity
  network: Network
  decisions: Decisions
  credentials: Credentials
  assets: AssetService
  intake: IntakeParts
  usage: UsageReports
  people: People
  drafts: Drafts
  demo: Demo
  /** @throws NETWORK_NONE */
  runs: () => RunService
  /** @throws NETWORK_NONE */
  spaces: () => SpaceDesk
  /** @throws NETWORK_NONE */
  verify: () => Promise<AuditReport>
  ownAddress: () => string
  startedAt: number
  settings: Handlers<Routes>['settings']
  backups: Handlers<Routes>['backups']
  stop: () => void
}

export function makeHandlers({
  identity,
  network,
  decisions,
  credentials,
  assets,
  intake,
  usage,
  people,
  drafts,
  runs,
  spaces,
  demo,
  verify,
  ownAddress,
  startedAt,
  settings,
  backups,
  stop,
}: HandlerParts): Handlers<Routes> {
  /** Datasets that were added before there was a network come onto its ledger. */
  const registering = async (entered: Promise<NetworkView>): Promise<NetworkView> => {
    const view = await entered
    await assets.settle()
    return view
  }
  const owned = assetHandlers(assets, async (member) =>
    (await network.require().ledger.members()).some((m) => m.id === member),
  )
  return {
    node: {
      health: async () => ({ ok: true }),
      status: async () => ({
        name: identity.name,
        version: release,
        account: identity.account,
        fingerprint: identity.fingerprint,
        expiresAt: identity.certificate.validTo,
        peerAddress: ownAddress(),
        startedAt,
        ...(identity.bound === identity.account ? {} : { nextAccount: identity.bound }),
        ...(network.current === undefined ? {} : { network: await network.view(), standing: network.standing }),
      }),
      stop: async () => {
        stop()
        return {}
      },
    },
    settings,
    backups,
    ...owned,
    data: { ...owned.data, ...viewHandlers(intake) },
    ...importHandlers(intake),
    ...peopleHandlers(people, { name: identity.name, version: release }),
    network: {
      create: ({ quorum }) => registering(network.create(quorum)),
      invite: ({ validForSeconds }) => network.invite(validForSeconds * 1000),
      join: ({ invitation }) => registering(network.join(invitation)),
      show: () => network.view(),
    },
    drafts: {
      list: () => drafts.list(),
      show: ({ id, version }) => drafts.show(id, version),
      versions: ({ id }) => drafts.versions(id),
      save: (change, _signal, { caller }) => drafts.save(change, caller!.name),
      remove: async ({ id }) => {
        await drafts.remove(id)
        return {}
      },
    },
    flows: { check: ({ flow }) => runs().check(flow) },
    runs: {
      start: ({ flow }) => runs().start(flow),
      list: async () => (network.current === undefined ? [] : await runs().list()),
      show: ({ run }) => runs().show(run),
      cancel: async ({ run }) => {
        await runs().cancel(run)
        return {}
      },
      events: ({ run, since, waitMs }, signal) => runs().events(run, since, waitMs, signal),
    },
    members: {
      application: async () => network.application(),
      list: () => decisions.list(),
      show: ({ member }) => decisions.show(member),
      check: ({ member }, signal) => decisions.check(member, signal),
      candidates: () => decisions.candidates(),
      proposals: () => decisions.proposals(),
      propose: (input) => decisions.propose(input),
      vote: ({ proposal }) => decisions.vote(proposal),
      renew: ({ rotate, days }) => credentials.renew({ rotate, ...(days === undefined ? {} : { days }) }),
      setAddress: async ({ address }) => {
        await credentials.setAddress(address)
        return {}
      },
      changeAccount: () => credentials.changeAccount(),
    },
    requests: {
      list: async () => (network.current === undefined ? [] : await runs().desk.requests()),
      show: ({ id }) => runs().desk.request(id),
      approve: ({ id, uses, until }) => runs().desk.approve(id, uses, until),
      refuse: ({ id, reason }) => runs().desk.refuse(id, reason),
      ask: ({ id, text }) => runs().desk.ask(id, text),
      answer: ({ id, text }) => runs().desk.answer(id, text),
      withdraw: ({ id }) => runs().desk.withdraw(id),
    },
    terms: { simulate: (input) => runs().desk.simulate(input) },
    grants: {
      list: async () => (network.current === undefined ? [] : await runs().desk.grants()),
      show: ({ id }) => runs().desk.grant(id),
      revoke: ({ id }) => runs().desk.revoke(id),
    },
    simulation: {
      show: async () => demo.show(),
      start: async () => demo.start(),
      stop: () => demo.stop(),
      remove: () => demo.remove(),
    },
    spaces: {
      list: async () => (network.current === undefined ? [] : await spaces().list()),
      show: ({ id }) => spaces().show(id),
      propose: (input) => spaces().propose(input),
      accept: ({ id, charter }) => spaces().accept(id, charter),
      refuse: ({ id, reason }) => spaces().refuse(id, reason),
      change: ({ id, text }) => spaces().change(id, text),
      withdraw: ({ id }) => spaces().withdraw(id),
      leave: ({ id }) => spaces().leave(id),
      close: ({ id }) => spaces().close(id),
    },
    audit: { verify: () => verify() },
    usage: {
      show: (request) => usage.show(request),
      dataset: async ({ name }) => {
        const document = await usage.dataset(name, network.require().ledger.networkId)
        // What was done stays told of a dataset that is retired.
        const known = document.runs.length > 0 || (await assets.datasets.show(name)) !== undefined
        if (!known) throw apiErrors.API_NOT_FOUND({ name })
        return document
      },
    },
  }
}
