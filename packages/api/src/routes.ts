/** Every route of a node's people listener. */
import { termsSchema as terms } from '@secureflow/flow/terms'
import { z } from 'zod'
import { assetSettings } from './asset.ts'
import { dataset, datasetRole } from './dataset.ts'
import { assetMetadata, jsonObject } from './ddo.ts'
import { flowReport } from './flow-report.ts'
import { assetFacts } from './peer/assets.ts'
import { waitingForVotes } from './peer/enrolment.ts'
import { type RouteTable, route } from './route.ts'
import { accountRoutes } from './routes/account.ts'
import { adminRoutes } from './routes/admin.ts'
import { assetRoutes } from './routes/assets.ts'
import { connectionRoutes } from './routes/connections.ts'
import { dataViewRoutes } from './routes/data-views.ts'
import { draftRoutes } from './routes/drafts.ts'
import { grantRoutes } from './routes/grants.ts'
import { importRoutes } from './routes/imports.ts'
import { member, memberRoutes } from './routes/members.ts'
import { peopleRoutes } from './routes/people.ts'
import { requestRoutes } from './routes/requests.ts'
import { simulationRoutes } from './routes/simulation.ts'
import { spaceRoutes } from './routes/spaces.ts'
import { usageRoutes } from './routes/usage.ts'
import { runDetail, runEvents, runSummary, startedRun } from './run.ts'
import { text } from './text.ts'

const nothing = z.object({})
const done = z.object({})
const flowText = z.string().min(1).max(1_000_000)

/** What a dataset says about itself beside its columns, and to whom. */
const described = {
  metadata: assetMetadata.optional(),
  parameters: jsonObject.optional(),
  /** For grantees only. */
  private: jsonObject.optional(),
  visibility: assetSettings.visibility.optional(),
  grantees: assetSettings.grantees.optional(),
  tellTerms: z.boolean().optional(),
}

const networkView = z.object({
  id: z.string(),
  founder: z.string(),
  height: z.number().int(),
  /** Those that were removed left out. */
  members: z.array(member),
  /** This node has applied; it is no member yet. */
  waiting: waitingForVotes.optional(),
})

export type NetworkView = z.infer<typeof networkView>

export const routes = {
  node: {
    health: route({
      method: 'GET',
      path: '/healthz',
      about: { en: 'Whether the node runs', zh: '节点是否在运行' },
      input: nothing,
      output: z.object({ ok: z.literal(true) }),
      open: true,
      errors: [],
    }),
    status: route({
      method: 'GET',
      path: '/node',
      about: { en: 'Who this node is and whom it is linked to', zh: '本节点的身份与连接情况' },
      input: nothing,
      output: z.object({
        name: z.string(),
        version: z.string(),
        account: z.string(),
        fingerprint: z.string(),
        /** Of the certificate; milliseconds since the epoch. */
        expiresAt: z.number(),
        peerAddress: z.string(),
        startedAt: z.number(),
        network: networkView.optional(),
        /** The account of this member from the next start on. */
        nextAccount: z.string().optional(),
        /** Whether the members let this one act, and who says so: `ledger`, or partners that refuse its links. */
        standing: z.object({ state: z.enum(['active', 'suspended', 'removed']), by: z.array(z.string()) }).optional(),
      }),
      errors: [],
    }),
    stop: route({
      method: 'POST',
      path: '/node/stop',
      about: { en: 'Ends the node in good order', zh: '有序停止节点' },
      input: nothing,
      output: done,
      errors: [],
    }),
  },
  ...peopleRoutes,
  ...accountRoutes,
  ...adminRoutes,
  ...draftRoutes,
  network: {
    create: route({
      method: 'POST',
      path: '/network',
      about: { en: 'Founds a network: this node hosts its ledger', zh: '创建网络：由本节点承载账本' },
      input: z.object({
        /** Votes that carry a proposal; all, while fewer members vote. With 1 the founder decides alone. */
        quorum: z.number().int().min(1).max(1000).default(1),
      }),
      output: networkView,
      errors: ['NETWORK_EXISTS'],
    }),
    invite: route({
      method: 'POST',
      path: '/network/invitations',
      about: { en: 'One invitation, for one member, for a while', zh: '签发一份邀请：仅限一名成员，限时有效' },
      input: z.object({
        validForSeconds: z
          .number()
          .int()
          .min(1)
          .max(30 * 86400)
          .default(86400),
      }),
      output: z.object({ invitation: z.string(), expiresAt: z.number() }),
      errors: ['NETWORK_NONE', 'NETWORK_NOT_FOUNDER'],
    }),
    join: route({
      method: 'POST',
      path: '/network/join',
      about: {
        en: 'Joins the network that an invitation comes from, or applies where its members vote; then the node goes on by itself',
        zh: '凭邀请加入网络；若由成员表决则提交申请，随后由节点自动完成',
      },
      input: z.object({ invitation: z.string().min(1).max(2000) }),
      output: networkView,
      errors: ['NETWORK_EXISTS', 'INVITATION_MALFORMED', 'INVITATION_UNKNOWN', 'INVITATION_EXPIRED', 'INVITATION_USED'],
    }),
    show: route({
      method: 'GET',
      path: '/network',
      about: { en: 'The network and its members', zh: '网络及其成员' },
      input: nothing,
      output: networkView,
      errors: ['NETWORK_NONE'],
    }),
  },
  data: {
    ...dataViewRoutes,
    add: route({
      method: 'POST',
      path: '/datasets',
      about: {
        en: 'Registers a dataset of this member; the data stays where it is',
        zh: '登记本成员的数据集；数据留在原处',
      },
      input: z.object({
        path: z.string().min(1).max(4096),
        name: z.string().min(1).max(64),
        id: z.string().min(1).max(200),
        label: z.string().min(1).max(200).optional(),
        /** One of `terms` or `allow`; with neither, every use is denied until terms are given. */
        terms: terms.optional(),
        allow: z.array(z.string()).max(100).optional(),
        ...described,
      }),
      output: dataset,
      errors: ['ASSET_EXISTS', 'ASSET_NAME', 'ASSET_TERMS_TWICE'],
    }),
    version: route({
      method: 'POST',
      path: '/datasets/:name/versions',
      about: {
        en: 'Registers other content of a dataset as its next version; whatever is not given stays',
        zh: '将数据集的新内容登记为下一版本；未给出的设置保持不变',
      },
      input: z.object({
        name: z.string().min(1).max(64),
        /** The same file where it is not given. */
        path: z.string().min(1).max(4096).optional(),
        id: z.string().min(1).max(200).optional(),
        label: z.string().min(1).max(200).optional(),
        terms: terms.optional(),
        allow: z.array(z.string()).max(100).optional(),
        /** Also ends the version that it replaces. */
        retirePrevious: z.boolean().default(false),
        ...described,
      }),
      output: dataset,
      errors: ['API_NOT_FOUND', 'ASSET_UNCHANGED', 'ASSET_TERMS_TWICE'],
    }),
    setTerms: route({
      method: 'POST',
      path: '/datasets/:name/terms',
      about: { en: 'Other terms for a dataset, from now on', zh: '更改数据集的使用条款，立即生效' },
      input: z.object({ name: z.string().min(1).max(64), terms }),
      output: dataset,
      errors: ['API_NOT_FOUND'],
    }),
    setRoles: route({
      method: 'POST',
      path: '/datasets/:name/roles',
      about: {
        en: 'What the columns of a dataset are for: forms of flows follow it',
        zh: '设定数据集各列的角色：流程表单据此给出默认值',
      },
      input: z.object({
        name: z.string().min(1).max(64),
        /** By column; those that are not named keep theirs. `id` and `label` are set with a version. */
        roles: z.record(z.string().max(200), datasetRole.exclude(['id', 'label'])),
      }),
      output: dataset,
      errors: ['API_NOT_FOUND', 'DATA_NO_COLUMN'],
    }),
    list: route({
      method: 'GET',
      path: '/datasets',
      about: { en: 'The datasets of this member', zh: '本成员的数据集' },
      input: nothing,
      output: z.array(dataset),
      errors: [],
    }),
    offered: route({
      method: 'GET',
      path: '/members/:member/datasets',
      about: { en: 'What another member offers to this one', zh: '其他成员向本成员提供的数据集' },
      input: z.object({ member: z.string() }),
      output: z.array(assetFacts),
      errors: ['NETWORK_NONE', 'API_NOT_FOUND'],
    }),
    show: route({
      method: 'GET',
      path: '/datasets/:name',
      about: { en: 'One dataset with its terms', zh: '单个数据集及其条款' },
      input: z.object({ name: z.string() }),
      output: dataset.extend({ terms }),
      errors: ['API_NOT_FOUND'],
    }),
  },
  connections: connectionRoutes,
  imports: importRoutes,
  assets: assetRoutes,
  flows: {
    check: route({
      method: 'POST',
      path: '/flows/check',
      about: {
        en: 'What a flow would disclose, cost, and whether every owner allows it',
        zh: '流程会披露什么、代价多少、各方是否允许',
      },
      input: z.object({ flow: flowText }),
      output: flowReport,
      errors: ['NETWORK_NONE'],
    }),
  },
  runs: {
    start: route({
      method: 'POST',
      path: '/runs',
      about: { en: 'Proposes a flow and runs it once everybody has signed', zh: '提出流程，各方签署后运行' },
      input: z.object({ flow: flowText }),
      output: startedRun,
      errors: ['NETWORK_NONE'],
    }),
    list: route({
      method: 'GET',
      path: '/runs',
      about: { en: 'The runs that this node takes or took part in', zh: '本节点参与的运行' },
      input: nothing,
      output: z.array(runSummary),
      errors: [],
    }),
    show: route({
      method: 'GET',
      path: '/runs/:run',
      about: { en: 'One run: its tasks, results and statement', zh: '单次运行：任务、结果与披露说明' },
      input: z.object({ run: z.string() }),
      output: runDetail,
      errors: ['RUN_UNKNOWN'],
    }),
    cancel: route({
      method: 'POST',
      path: '/runs/:run/cancel',
      about: { en: 'Ends a run for everybody', zh: '为所有参与方终止运行' },
      input: z.object({ run: z.string() }),
      output: done,
      errors: ['RUN_UNKNOWN'],
    }),
    events: route({
      method: 'GET',
      path: '/runs/:run/events',
      about: {
        en: 'What happened after `since`; waits a while where nothing did',
        zh: '`since` 之后的事件；暂无时稍作等待',
      },
      input: z.object({
        run: z.string(),
        since: z.coerce.number().int().nonnegative().default(0),
        waitMs: z.coerce.number().int().min(0).max(30_000).default(0),
      }),
      output: runEvents,
      errors: ['RUN_UNKNOWN'],
    }),
  },
  ...memberRoutes,
  ...requestRoutes,
  ...grantRoutes,
  ...usageRoutes,
  ...spaceRoutes,
  ...simulationRoutes,
  audit: {
    verify: route({
      method: 'POST',
      path: '/audit/verify',
      about: { en: "Holds this node's record against the ledger", zh: '将本节点的记录与账本核对' },
      input: nothing,
      output: z.object({
        entries: z.number().int(),
        receipts: z.number().int(),
        runs: z.number().int(),
        /** Empty where everything holds. */
        findings: z.array(z.object({ code: z.string(), party: z.string().optional(), what: text, fix: text })),
      }),
      errors: ['NETWORK_NONE'],
    }),
  },
} as const satisfies RouteTable

export type Routes = typeof routes
