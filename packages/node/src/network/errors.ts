import type { JoinRefusal } from '@secureflow/api'
import { errorCatalog, type SecureflowError } from '@secureflow/base'

export const networkErrors = errorCatalog({
  NETWORK_NONE: {
    class: 'input',
    en: 'This node belongs to no network yet.',
    zh: '本节点尚未加入任何网络。',
    fix: {
      en: 'Found one (secureflow network create), or join one with an invitation (secureflow network join).',
      zh: '请创建网络（secureflow network create），或凭邀请加入（secureflow network join）。',
    },
  },
  NETWORK_EXISTS: {
    class: 'input',
    en: 'This node already belongs to the network {network}.',
    zh: '本节点已属于网络 {network}。',
    fix: {
      en: 'One home folder is in one network; make another member for a second one.',
      zh: '一个主目录只属于一个网络；如需加入另一个网络，请另建成员。',
    },
  },
  NETWORK_NOT_FOUNDER: {
    class: 'policy',
    en: 'Only {founder} invites members into this network.',
    zh: '只有 {founder} 能邀请成员加入本网络。',
    fix: { en: 'Ask {founder} for an invitation.', zh: '请向 {founder} 索取邀请。' },
  },
  NETWORK_NO_LISTENER: {
    class: 'input',
    en: 'This node only dials out, so nobody could reach it with an invitation.',
    zh: '本节点只向外拨号，他人无法凭邀请连到它。',
    fix: {
      en: 'Set listen.peers in config.json and start the node again.',
      zh: '请在 config.json 中设置 listen.peers，然后重新启动节点。',
    },
  },
  NETWORK_WRONG_GENESIS: {
    class: 'peer',
    en: '{founder} sent a ledger that is not the one of the network {network}.',
    zh: '{founder} 发来的账本不属于网络 {network}。',
    fix: {
      en: 'Nothing was joined; ask {founder} through another way.',
      zh: '未加入任何网络；请通过其他途径联系 {founder}。',
    },
  },
  NETWORK_LEDGER_LATE: {
    class: 'timeout',
    en: 'The ledger did not reach this node within {seconds} s.',
    zh: '账本未能在 {seconds} 秒内同步到本节点。',
    fix: {
      en: "See whether the founder's node runs and can be reached, then join again with the same invitation.",
      zh: '请检查发起方节点是否在运行且可访问，然后用同一份邀请重新加入。',
    },
  },
  INVITATION_MALFORMED: {
    class: 'input',
    en: 'The invitation is incomplete or mistyped.',
    zh: '邀请不完整或有误。',
    fix: { en: 'Copy it again, from "sf1-" to its end.', zh: '请重新复制，从“sf1-”直到末尾。' },
  },
  INVITATION_UNKNOWN: {
    class: 'policy',
    en: '{founder} knows no such invitation.',
    zh: '{founder} 不认识这份邀请。',
    fix: { en: 'Ask {founder} for a new one.', zh: '请向 {founder} 索取新的邀请。' },
  },
  INVITATION_EXPIRED: {
    class: 'policy',
    en: 'The invitation of {founder} has expired.',
    zh: '{founder} 的邀请已过期。',
    fix: { en: 'Ask {founder} for a new one.', zh: '请向 {founder} 索取新的邀请。' },
  },
  INVITATION_USED: {
    class: 'policy',
    en: 'The invitation of {founder} was already used by another member.',
    zh: '{founder} 的邀请已被其他成员使用。',
    fix: {
      en: 'Ask {founder} for a new one, and tell them if you did not pass this one on.',
      zh: '请向 {founder} 索取新的邀请；若您未转交过这份邀请，请告知对方。',
    },
  },
  NETWORK_NAME_TAKEN: {
    class: 'input',
    en: 'The network already has another member called {name}.',
    zh: '网络中已有另一名成员叫 {name}。',
    fix: {
      en: 'Make a member with another name (secureflow init --name), then join with the same invitation.',
      zh: '请用其他名称创建成员（secureflow init --name），再用同一份邀请加入。',
    },
  },
  NETWORK_KEY_TAKEN: {
    class: 'input',
    en: 'The key or account of {name} already belongs to another member.',
    zh: '{name} 的密钥或账户已属于另一名成员。',
    fix: { en: 'Make a new member; keys are never shared.', zh: '请新建成员；密钥不可共用。' },
  },
  NETWORK_CARD_REFUSED: {
    class: 'peer',
    en: '{founder} did not accept the certificate of {name}.',
    zh: '{founder} 未接受 {name} 的证书。',
    fix: {
      en: 'Compare the clocks and versions of both nodes, then try again with the same invitation.',
      zh: '请比对双方节点的时钟与版本，再用同一份邀请重试。',
    },
  },
  NETWORK_APPLICATION_LAPSED: {
    class: 'policy',
    en: 'The members did not admit {name} in time.',
    zh: '成员未在期限内接纳 {name}。',
    fix: {
      en: 'Ask the members, then apply again with the same invitation (secureflow network join).',
      zh: '请与各成员沟通后，用同一份邀请重新申请（secureflow network join）。',
    },
  },
  NETWORK_MEMBER_INACTIVE: {
    class: 'policy',
    en: '{name} is a member already, but suspended or removed by vote.',
    zh: '{name} 已是成员，但经表决被停用或除名。',
    fix: { en: 'Ask the members to readmit it.', zh: '请各成员表决恢复。' },
  },
  MEMBER_ADDRESS: {
    class: 'input',
    en: '"{address}" is not of the form host:port.',
    zh: '“{address}”不是“主机:端口”的形式。',
    fix: { en: 'Write for example bank-a.example:7441.', zh: '例如 bank-a.example:7441。' },
  },
  MEMBER_RUNS_ACTIVE: {
    class: 'input',
    en: '{runs} runs of this node have not ended; they were signed with the present account.',
    zh: '本节点有 {runs} 个运行尚未结束，它们由当前账户签署。',
    fix: {
      en: 'Wait for them, or cancel them (secureflow run cancel), then change the account.',
      zh: '请等待其结束或取消（secureflow run cancel），再更换账户。',
    },
  },
  MEMBER_UNKNOWN: {
    class: 'input',
    en: 'There is no member or candidate "{name}" for this.',
    zh: '没有可用于此操作的成员或候选者“{name}”。',
    fix: {
      en: '"secureflow member list" shows the members, "secureflow member candidates" who has applied.',
      zh: '“secureflow member list”列出成员，“secureflow member candidates”列出申请者。',
    },
  },
  PROPOSAL_INCOMPLETE: {
    class: 'input',
    en: 'A proposal to {action} must name the {what}.',
    zh: '提案 {action} 必须指明 {what}。',
    fix: { en: 'See secureflow member propose --help.', zh: '参见 secureflow member propose --help。' },
  },
  PROPOSAL_OPEN: {
    class: 'input',
    en: 'Proposal {proposal} asks the same and is open.',
    zh: '提案 {proposal} 内容相同，正在表决。',
    fix: {
      en: 'Vote on it: secureflow member vote {proposal}.',
      zh: '请直接投票：secureflow member vote {proposal}。',
    },
  },
})

export function refusalError(why: JoinRefusal, founder: string, name: string): SecureflowError {
  const context = { party: founder }
  switch (why) {
    case 'unknown':
      return networkErrors.INVITATION_UNKNOWN({ founder }, context)
    case 'expired':
      return networkErrors.INVITATION_EXPIRED({ founder }, context)
    case 'used':
      return networkErrors.INVITATION_USED({ founder }, context)
    case 'name-taken':
      return networkErrors.NETWORK_NAME_TAKEN({ name }, context)
    case 'key-taken':
      return networkErrors.NETWORK_KEY_TAKEN({ name }, context)
    case 'lapsed':
      return networkErrors.NETWORK_APPLICATION_LAPSED({ name }, context)
    case 'inactive':
      return networkErrors.NETWORK_MEMBER_INACTIVE({ name }, context)
    case 'card':
      return networkErrors.NETWORK_CARD_REFUSED({ founder, name }, context)
  }
}
