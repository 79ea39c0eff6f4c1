/** `secureflow asset` 及 `secureflow data` 版本相关命令的中文文字。 */
import type { asset as english } from '../en/asset.ts'

export const asset: typeof english = {
  commands: {
    asset: { about: '全体成员的资产目录：查找、发布、组合、转让、追溯' },
    assetList: {
      about: '列出全体成员公开的资产',
      examples: `secureflow asset list
secureflow asset list credit --kind dataset --owner bank-b
secureflow asset list --tag risk --all --json`,
      tag: '仅列出带此标签的资产',
      kind: 'dataset（数据集）、flow（流程）、model（模型）或 compute（算力）',
      owner: '仅列出该成员的资产',
      all: '包括旧版本、已停用和未公开的资产',
      limit: '最多列出多少个',
    },
    assetShow: {
      about: '查看单个资产：描述、版本、组成、条款、需求',
      examples: `secureflow asset show bank-b/payments
secureflow asset show 3fa9c1 --json`,
    },
    assetWaiting: { about: '等待本成员决定的事项：请求使用其资产的组合，以及转让给它的资产' },
    assetPublish: {
      about: '将流程发布为算法资产，记录每一步的哈希及其接触的数据',
      examples: `secureflow asset publish flows/joint-credit.yaml --name joint-credit --tags credit,risk
secureflow asset publish flow.yaml --name scoring --hide-text --grantees bank-b`,
      hideText: '流程正文仅限获授权成员阅读',
    },
    assetModel: {
      about: '发布某次运行留在本节点的模型；权重仍留在原处',
      examples: 'secureflow asset model 5c1d --step model --name credit-model',
      step: '运行产生多个模型时，指定步骤',
    },
    assetCompute: {
      about: '发布算力',
      examples: 'secureflow asset compute --name cluster --cores 64 --memory 256e9',
      cores: '核心数',
      memory: '内存字节数',
      components: '可在其上运行的组件，用逗号分隔（默认：全部）',
    },
    assetCompose: {
      about: '发布由其他资产组成的资产；所有组成部分的所有方授权后方可生效',
      examples: 'secureflow asset compose --name bundle --kind dataset --of bank-b/payments,loans',
      kind: 'dataset、flow、model 或 compute',
      of: '组成部分，用逗号分隔',
    },
    assetGrant: {
      about: '允许组合资产使用本成员的资产',
      examples: 'secureflow asset grant bank-c/bundle payments',
    },
    assetRevoke: {
      about: '撤回组合资产对本成员资产的使用，自此该组合不可再用',
      examples: 'secureflow asset revoke bank-c/bundle payments',
    },
    assetSettings: {
      about: '设置资产的可见范围、私有字段的读取者，以及是否告知条款',
      examples: `secureflow asset settings loans --visible network --tell-terms yes
secureflow asset settings loans --visible bank-b,bank-c --grantees bank-b`,
    },
    assetRetire: { about: '永久停用本成员的资产' },
    assetOffer: {
      about: '将资产转让给其他成员；不指定成员则撤回转让',
      examples: 'secureflow asset offer loans bank-b',
    },
    assetAccept: {
      about: '接受转让给本成员的资产',
      examples: 'secureflow asset accept bank-a/loans --path data/loans.csv',
      path: '数据集：本成员持有的同一文件的位置',
      terms: '使用条款文件，YAML 或 JSON（默认：拒绝一切使用）',
    },
    assetLineage: {
      about: '追溯资产或运行的来源，以及由它产生的运行、模型与报告',
      examples: `secureflow asset lineage loans
secureflow asset lineage bank-b/payments --direction into
secureflow asset lineage loans --prov > loans.prov.json`,
      direction: 'from（来源）、into（去向）或 both（双向）',
      prov: '输出 W3C PROV-JSON',
    },
    dataVersion: {
      about: '将数据集的新内容登记为下一版本；未给出的设置保持不变',
      examples: `secureflow data version loans
secureflow data version loans --path loans-2026q4.csv --retire-previous`,
      path: '新文件（默认：原文件的当前内容）',
      retirePrevious: '同时停用被替换的版本',
    },
    dataTerms: {
      about: '更改数据集的使用条款，立即生效',
      examples: 'secureflow data terms loans --terms terms.yaml',
    },
  },
  options: {
    title: '一行标题',
    description: '给使用者的说明',
    tags: '便于查找的标签，用逗号分隔',
    licence: '许可证，例如 CC-BY-4.0',
    parameters: '包含其他说明的 JSON 文件',
    private: '仅限获授权成员读取的字段，JSON 文件',
    visible: '可见范围：network（全体成员）、self（仅自己）、terms（条款所列成员），或用逗号分隔的成员',
    grantees: '可读取私有字段的成员，用逗号分隔',
    tellTerms: '是否向可见成员告知条款：yes 或 no',
    name: '资产的短名称',
    previous: '本资产替换的旧版本',
    endpoint: '提供服务的地址（若不是本节点）',
    children: '其他组成部分，用逗号分隔',
  },
  say: {
    none: '没有符合条件的资产。',
    found: (shown, total) => `显示 ${shown} 个，共 ${total} 个`,
    published: (name, token) => `已发布 ${name}：${token}`,
    waits: (missing) => `尚待其他所有方的 ${missing} 项授权。`,
    nothingWaits: '没有等待本成员决定的事项。',
    wants: (composite, owner, child) => `${owner} 请求将 ${child} 用于 ${composite}`,
    offered: (name, owner) => `${owner} 转让 ${name}`,
    retired: (name) => `${name} 已停用。`,
    offeredTo: (name, to) => `${name} 已提出转让给 ${to}。`,
    withdrawn: (name) => `已撤回 ${name} 的转让。`,
    accepted: (name) => `${name} 现归本成员所有。`,
    denied: '其条款拒绝一切使用。请用 secureflow data terms 给出条款。',
    version: (name, version) => `已将 ${name} 登记为第 ${version} 版。`,
    termsChanged: (name) => `${name} 的条款已更改。`,
    demand: (asked, granted, refused, used) => `申请 ${asked}，授权 ${granted}，拒绝 ${refused}，使用 ${used}`,
    facts: {
      token: '令牌',
      kind: '类型',
      owner: '所有方',
      title: '标题',
      tags: '标签',
      licence: '许可证',
      version: '版本',
      state: '状态',
      known: '信息来源',
      rows: '行数',
      columns: '列数',
      price: '价格',
      demand: '需求',
      visible: '可见范围',
      grantees: '私有字段读取者',
      private: '私有字段',
      parts: '组成部分',
      containedIn: '所属组合',
      name: '名称',
      what: '关系',
      from: '来源',
      to: '去向',
    },
    kinds: { dataset: '数据集', flow: '流程', model: '模型', compute: '算力' },
    nodes: {
      ...{ dataset: '数据集', flow: '流程', model: '模型', compute: '算力' },
      ...{ run: '运行', report: '报告', scores: '评分', table: '表' },
    },
    edges: { used: '用于', made: '产生', contained: '组成', replaced: '被替换为', planned: '执行为' },
    states: { local: '尚未上账本', pending: '等待授权', active: '有效', retired: '已停用' },
    unusable: '目前不可用',
    granted: '已授权',
    notGranted: '未授权',
    availability: {
      own: '本成员所有',
      live: '由在线的所有方提供',
      cached: '所有方离线，为最近一次所见',
      hidden: '未对本成员公开',
      refused: '所有方提供的描述与账本不符',
    },
  },
}
