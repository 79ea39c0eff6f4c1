/** Where this member's people see requests and grants, and decide. */
import type { GrantSummary, InputOf, RequestDetail, RequestSummary, Routes, Simulated } from '@secureflow/api'
import { apiErrors } from '@secureflow/api'
import type { Clock, MemberId } from '@secureflow/base'
import { type ComponentRegistry, evaluateTerms, type Plan } from '@secureflow/flow'
import type { RunAssets } from '../runs/dependencies.ts'
import type { Drive } from '../runs/drive.ts'
import type { Judge } from '../runs/judge.ts'
import type { Proposal } from '../runs/proposal.ts'
import type { Database, Tables } from '../storage/index.ts'
import { grantErrors } from './errors.ts'
import type { GivenGrant, Giving } from './giving.ts'
import type { Inbox } from './inbox.ts'
import type { RequestDesk } from './interface.ts'
import { rolesIn } from './leave.ts'
import type { GrantLedger } from './ledger.ts'
import type { Outbox } from './outbox.ts'
import type { RequestStore, StoredRequest } from './requests.ts'
import { simulate } from './simulate.ts'
import { grantSummaryOf, requestDetailOf, requestSummaryOf } from './views.ts'

export interface DeskDependencies {
  self: MemberId
  db: Database
  clock: Clock
  components: ComponentRegistry
  assets: RunAssets
  ledger: GrantLedger
  store: RequestStore
  giving: Giving
  inbox: Inbox
  outbox: Outbox
  judge: Judge
  drives: ReadonlyMap<string, Drive>
  /** Looks at every run under way. @returns those that ended by it */
  stopped(): Promise<string[]>
  /** A flow as somebody would propose it now. @throws FlowRefused */
  drafted(flow: string, initiator: string | undefined): Promise<Proposal>
}

type AnyGrant = GivenGrant | Tables['received_grants']

export class Desk implements RequestDesk {
  readonly #deps: DeskDependencies

  constructor(deps: DeskDependencies) {
    this.#deps = deps
  }

  async requests(): Promise<RequestSummary[]> {
    return (await this.#deps.store.list()).map((r) => requestSummaryOf(r, this.#deps.self))
  }

  async request(id: string): Promise<RequestDetail> {
    return this.#detail(await this.#deps.store.find(id))
  }

  async approve(id: string, uses: number, until: number | undefined): Promise<RequestDetail> {
    const { clock, inbox } = this.#deps
    await inbox.approve(id, uses, Math.floor((until ?? clock.now() + 7 * 86_400_000) / 1000))
    return this.request(id)
  }

  async refuse(id: string, reason: string | undefined): Promise<RequestDetail> {
    await this.#deps.inbox.refuse(id, reason)
    return this.request(id)
  }

  async ask(id: string, text: string): Promise<RequestDetail> {
    await this.#deps.inbox.say(id, text)
    return this.request(id)
  }

  async answer(id: string, text: string): Promise<RequestDetail> {
    await this.#deps.outbox.say(id, text)
    return this.request(id)
  }

  async withdraw(id: string): Promise<RequestDetail> {
    await this.#deps.outbox.withdraw(id)
    return this.request(id)
  }

  async grants(): Promise<GrantSummary[]> {
    const all = await Promise.all((await this.#all()).map((g) => this.#summary(g)))
    return all.sort((a, b) => b.at - a.at)
  }

  async grant(id: string): Promise<GrantSummary> {
    return this.#summary(await this.#find(id))
  }

  async revoke(id: string) {
    const { giving, stopped } = this.#deps
    const found = await this.#find(id)
    if (!('salt' in found)) throw grantErrors.GRANT_NOT_OWN({ id: id.slice(0, 12) })
    // Runs stop before it is written that they must: the writing may take longer than a batch.
    const [, ended] = await Promise.all([giving.revoke(found), stopped()])
    const onLedger = await giving.settle(found.request)
    const under = found.id === null ? [] : ended.filter((run) => this.#runsUnder(found.id!).includes(run))
    return { grant: await this.grant(found.id ?? found.salt), stopped: under, onLedger }
  }

  async simulate(input: InputOf<Routes['terms']['simulate']>): Promise<Simulated[]> {
    const { assets, store, judge, ledger, components, drafted, self } = this.#deps
    const own = input.asset === undefined ? undefined : await assets.own(input.asset)
    if (input.asset !== undefined && own === undefined) throw apiErrors.API_NOT_FOUND({ name: input.asset })
    const proposals =
      input.flow === undefined
        ? undefined
        : [{ request: '', proposal: await drafted(input.flow, input.initiator), at: undefined }]
    return simulate(input.terms, {
      ...{ self, judge, assets, components, store },
      ...(own === undefined ? {} : { asset: own.facts.id }),
      ...(proposals === undefined ? {} : { proposals }),
      roles: (terms) => rolesIn(ledger, terms),
    })
  }

  async #detail(request: StoredRequest): Promise<RequestDetail> {
    const { self, components, store, giving, assets, judge, ledger } = this.#deps
    const grants = (await this.#all()).filter((g) => g.request === request.id)
    return requestDetailOf(request, {
      self,
      components,
      others: (await store.list()).filter((r) => r.direction === request.direction),
      grants: await Promise.all(grants.map((g) => this.#summary(g))),
      ownVerdict: async (plan: Plan, asset: string) => {
        const own = await assets.own(asset)
        if (own === undefined || request.direction === 'sent') return undefined
        const given = (await giving.ofRequest(request.id)).find((g) => g.asset === asset)
        const asked = await judge.requestOf(plan, asset)
        const verdict = evaluateTerms(own.terms, {
          ...asked,
          approved: given?.given_by === 'person',
          endorsedBy: request.state.endorsedBy,
          roles: await rolesIn(ledger, own.terms),
        })
        return { terms: own.terms, request: asked, reasons: verdict.allow ? [] : verdict.reasons }
      },
    })
  }

  async #all(): Promise<AnyGrant[]> {
    const received = await this.#deps.db.selectFrom('received_grants').selectAll().execute()
    return [...(await this.#deps.giving.list()), ...received]
  }

  async #find(id: string): Promise<AnyGrant> {
    const wanted = id.replace(/^0x/, '')
    const isMeant = (known: string | null | undefined) => wanted.length >= 4 && known?.startsWith(wanted)
    // Until the ledger has numbered it, a grant goes by its salt.
    const found = (await this.#all()).filter((g) => isMeant(g.id) || ('salt' in g && isMeant(g.salt)))
    if (found.length !== 1) throw grantErrors.GRANT_UNKNOWN({ id: id.slice(0, 64) })
    return found[0]!
  }

  async #summary(grant: AnyGrant): Promise<GrantSummary> {
    const { self, clock, ledger } = this.#deps
    const runs = grant.id === null ? [] : this.#runsUnder(grant.id)
    const onLedger = grant.id === null ? undefined : await ledger.get(grant.id)
    return grantSummaryOf(grant, onLedger, { self, now: clock.now(), runs })
  }

  #runsUnder(id: string): string[] {
    return [...this.#deps.drives.values()].filter((d) => d.proposal.grants.some((g) => g.id === id)).map((d) => d.run)
  }
}
