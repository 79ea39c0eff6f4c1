/** Assets: the directory over all members' assets, publishing, composing, changing hands, lineage. */
import { termsSchema as terms } from '@secureflow/flow/terms'
import { z } from 'zod'
import { assetCard, assetDirectory, assetPage, assetSettings, assetWaiting, lineageGraph } from '../asset.ts'
import { assetMetadata, assetTag, jsonObject } from '../ddo.ts'
import { route } from '../route.ts'

const done = z.object({})
/** Token or the beginning of one, `owner/name`, or the name of an own asset. */
const reference = z.string().min(1).max(130)
const asset = z.object({ asset: reference })
const kinds = z.enum(['dataset', 'flow', 'model', 'compute'])
const notFound = ['API_NOT_FOUND', 'ASSET_AMBIGUOUS']

const published = {
  name: z.string().min(1).max(64),
  metadata: assetMetadata.default({}),
  parameters: jsonObject.default({}),
  endpoint: z.string().max(200).optional(),
  /** For grantees only. */
  private: jsonObject.optional(),
  terms: terms.optional(),
  visibility: assetSettings.visibility.default('network'),
  grantees: assetSettings.grantees.default([]),
  tellTerms: z.boolean().default(false),
}

export const assetRoutes = {
  list: route({
    method: 'GET',
    path: '/assets',
    about: { en: 'The assets of all members, as far as they show them', zh: '全体成员公开的资产目录' },
    input: z.object({
      /** Words that its name, title, description, tags, columns or owner contain, all of them. */
      text: z.string().max(200).optional(),
      tag: assetTag.optional(),
      kind: kinds.optional(),
      owner: z.string().max(64).optional(),
      /** Also former versions, retired and hidden ones. */
      all: z.enum(['yes', 'no']).default('no'),
      from: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    output: assetDirectory,
    errors: [],
  }),
  show: route({
    method: 'GET',
    path: '/assets/:asset',
    about: { en: 'One asset: description, versions, parts, demand', zh: '单个资产：描述、版本、组成、需求情况' },
    input: asset,
    output: assetPage,
    errors: notFound,
  }),
  waiting: route({
    method: 'GET',
    path: '/asset-requests',
    about: { en: 'What waits for a decision of this member', zh: '等待本成员决定的事项' },
    input: z.object({}),
    output: assetWaiting,
    errors: [],
  }),
  publish: route({
    method: 'POST',
    path: '/assets',
    about: { en: 'Publishes a flow, computing power, or a composition of assets', zh: '发布流程、算力或组合资产' },
    input: z.object({
      ...published,
      content: z.discriminatedUnion('form', [
        z.strictObject({
          form: z.literal('flow'),
          text: z
            .string()
            .min(1)
            .max(256 * 1024),
          /** The text itself for grantees only. */
          hideText: z.boolean().default(false),
        }),
        z.strictObject({
          form: z.literal('compute'),
          components: z.array(z.string().max(64)).max(200).optional(),
          cores: z.number().int().min(1).optional(),
          memoryBytes: z.number().int().min(1).optional(),
        }),
        z.strictObject({ form: z.literal('composition'), kind: kinds }),
        z.strictObject({
          form: z.literal('model'),
          run: z.string().min(4).max(66),
          /** Needed where the run made several models. */
          step: z.string().max(64).optional(),
        }),
      ]),
      /** What it is made of, beside what a flow or model names itself. */
      children: z.array(reference).max(63).default([]),
      /** Own asset that this is a new version of. */
      previous: reference.optional(),
    }),
    output: assetPage,
    errors: ['NETWORK_NONE', 'ASSET_EXISTS', 'ASSET_NAME', 'ASSET_NO_MODEL', ...notFound],
  }),
  change: route({
    method: 'POST',
    path: '/assets/:asset/settings',
    about: {
      en: 'Who may see an own asset, and who may read its private fields',
      zh: '设置资产的可见范围与私有字段的读取者',
    },
    input: z.object({
      asset: reference,
      visibility: assetSettings.visibility.optional(),
      grantees: assetSettings.grantees.optional(),
      tellTerms: z.boolean().optional(),
    }),
    output: assetPage,
    errors: ['ASSET_NOT_OWN', ...notFound],
  }),
  retire: route({
    method: 'POST',
    path: '/assets/:asset/retire',
    about: { en: 'Ends an own asset for good', zh: '永久停用资产' },
    input: asset,
    output: done,
    errors: ['ASSET_NOT_OWN', ...notFound],
  }),
  offer: route({
    method: 'POST',
    path: '/assets/:asset/offer',
    about: {
      en: 'Offers an own asset to another member, or to nobody any more',
      zh: '将资产转让给其他成员，或撤回转让',
    },
    input: z.object({ asset: reference, to: z.string().max(32).optional() }),
    output: done,
    errors: ['ASSET_NOT_OWN', ...notFound],
  }),
  accept: route({
    method: 'POST',
    path: '/assets/:asset/accept',
    about: { en: 'Takes over an asset that is offered to this member', zh: '接受转让给本成员的资产' },
    input: z.object({
      asset: reference,
      /** Of a dataset: the same file, as it lies at the new owner. */
      path: z.string().min(1).max(4096).optional(),
      terms: terms.optional(),
    }),
    output: assetPage,
    errors: ['ASSET_FILE_DIFFERS', ...notFound],
  }),
  grantChild: route({
    method: 'POST',
    path: '/assets/:asset/children/:child/grant',
    about: { en: 'Lets a composite use an own asset', zh: '允许组合资产使用本成员的资产' },
    input: z.object({ asset: reference, child: reference }),
    output: assetCard,
    errors: ['ASSET_NOT_OWN', ...notFound],
  }),
  revokeChild: route({
    method: 'POST',
    path: '/assets/:asset/children/:child/revoke',
    about: { en: 'Takes an own asset out of a composite', zh: '撤回组合资产对本成员资产的使用' },
    input: z.object({ asset: reference, child: reference }),
    output: assetCard,
    errors: ['ASSET_NOT_OWN', ...notFound],
  }),
  lineage: route({
    method: 'GET',
    path: '/assets/:asset/lineage',
    about: {
      en: 'What an asset came from, and every run, model and report made with it',
      zh: '资产的来源，以及由它产生的运行、模型与报告',
    },
    input: z.object({ asset: reference, direction: z.enum(['both', 'from', 'into']).default('both') }),
    output: lineageGraph,
    errors: notFound,
  }),
  prov: route({
    method: 'GET',
    path: '/assets/:asset/prov',
    about: { en: 'The lineage of an asset as W3C PROV-JSON', zh: '以 W3C PROV-JSON 导出资产谱系' },
    input: asset,
    output: z.record(z.string(), z.record(z.string(), z.unknown())),
    errors: notFound,
  }),
}
