/** `secureflow member` 的中文文本。 */
import type { member as english } from '../en/member.ts'

export const member: typeof english = {
  commands: {
    member: { about: '查看成员、提案、表决，以及更新本成员自己的证书等信息' },
    memberList: { about: '全部成员及其状态与角色，包括已停用和已除名的', examples: 'secureflow member list --json' },
    memberShow: { about: '单个成员：账户、密钥、证书与链路', examples: 'secureflow member show bank-b' },
    memberCandidates: { about: '已申请但尚未获准加入的候选者' },
    memberProposals: {
      about: '成员正在表决或已表决的提案：谁已投票、还需多少票、截止时间',
      examples: `secureflow member proposals
secureflow member proposals --open --json`,
      open: '仅列出正在表决的提案',
    },
    memberPropose: {
      about: '向成员提出提案；本成员即视为赞成',
      examples: `secureflow member propose admit bank-c
secureflow member propose suspend bank-b --days 3
secureflow member propose readmit bank-b
secureflow member propose remove bank-b
secureflow member propose set-roles bank-b member,auditor
secureflow member propose set-quorum 3`,
      days: '可投票的天数',
      roles: '接纳成员时的角色，以逗号分隔',
    },
    memberRenew: {
      about: '用原密钥更新本成员证书；账本登记后生效',
      examples: 'secureflow member renew --days 365',
      days: '有效天数（默认三年）',
    },
    memberRotate: {
      about: '更换本成员密钥：此后所有成员拒绝旧密钥',
      examples: 'secureflow member rotate',
      days: '证书有效天数（默认三年）',
    },
    memberSetAddress: {
      about: '在账本上声明合作方连接本节点的地址；“-”表示使用监听地址',
      examples: 'secureflow member set-address bank-a.example:7441',
    },
    memberChangeAccount: {
      about: '更换为新生成的账本账户；之后须重新启动节点',
      examples: 'secureflow member change-account',
    },
    memberVote: { about: '对提案投赞成票', examples: 'secureflow member vote 4' },
  },
  say: {
    quorum: (needed, quorum) => `通过提案所需票数：${needed}（设定 ${quorum}）`,
    noProposals: '没有提案。',
    noCandidates: '没有候选者。',
    carried: (id) => `提案 ${id} 已通过。`,
    open: (id, votes, needed, until) => `提案 ${id} 已获 ${votes} 票，需 ${needed} 票，截止 ${until}。`,
    admits: (name, fingerprint) => `${name} 以密钥 ${fingerprint} 提出申请。请与其本人核对。`,
    columns: {
      id: '编号',
      what: '提案',
      state: '状态',
      votes: '票数',
      voted: '赞成者',
      until: '截止',
      own: '本方投票',
      roles: '角色',
      certificate: '证书',
      expires: '证书有效期至',
      problem: '未连接原因',
    },
    states: { active: '有效', suspended: '已停用', removed: '已除名' },
    proposalStates: { open: '表决中', carried: '已通过', expired: '已过期' },
    actions: {
      admit: '接纳',
      suspend: '停用',
      readmit: '恢复',
      remove: '除名',
      'set-roles': '设定角色：',
      'set-quorum': '设定通过票数为',
    },
    awaited: '待投票',
    renewed: (until) => `账本已登记新证书，有效期至 ${until}。`,
    rotated: (fingerprint, until) => `账本已登记新密钥 ${fingerprint}，证书有效期至 ${until}。旧密钥将被拒绝。`,
    addressed: (address) => `合作方连接本节点的地址为 ${address}。`,
    accountChanged: (account) => `本成员的账户为 ${account}。请重新启动节点以使用该账户。`,
    waits: (founder) =>
      `此申请由成员表决，已通过 ${founder} 提交。节点会自动继续，您可以中断本命令，稍后用同一份邀请继续等待。`,
    votesOf: (proposal, votes, needed, voted, until) =>
      `提案 ${proposal}：已获 ${votes} 票，需 ${needed} 票（${voted || '尚无人投票'}），截止 ${until}。`,
    notActive: (state, by) =>
      `本成员${state}（依据：${by}）。在成员表决恢复之前，其他成员不会与其连接，也不能参与任何运行。`,
    expiresSoon: (until) => `证书将于 ${until} 到期，请更新：secureflow member renew`,
  },
}
