/** The custom errors of the contracts, as people read them. The names are the contracts'. */
import { errorCatalog, type PublicValue, type SecureflowError } from '@secureflow/base'

const askFounder = {
  en: 'Ask the founder of the network.',
  zh: '请联系网络的发起方。',
}
const startAgain = {
  en: 'Start a new run; nothing was released for this one.',
  zh: '请重新发起运行；本次运行没有披露任何内容。',
}
const signAgain = {
  en: 'Every party must sign exactly the agreement that is registered; propose the run again.',
  zh: '每一方都必须签署与登记内容完全一致的约定书；请重新提议该运行。',
}
const noFurther = { en: 'Nothing more can be anchored for this run.', zh: '该运行不能再存证。' }

const proposeIt = { en: 'Propose it to the members.', zh: '请向成员提出提案。' }
const nothingToDo = { en: 'Nothing needs to be done.', zh: '无需处理。' }
const askOwner = { en: 'Ask the owner of the asset.', zh: '请联系资产的所有方。' }

const contractErrors = errorCatalog({
  LEDGER_NOT_FOUNDER: {
    class: 'policy',
    en: 'Only the founder of the network may do this, not {caller}.',
    zh: '只有网络的发起方可以执行此操作，{caller} 无权执行。',
    fix: askFounder,
  },
  LEDGER_NOT_ACTIVE_MEMBER: {
    class: 'policy',
    en: 'The account {account} belongs to no active member.',
    zh: '账户 {account} 不属于任何有效成员。',
    fix: askFounder,
  },
  LEDGER_UNKNOWN_MEMBER: {
    class: 'input',
    en: 'No member has the account {account}.',
    zh: '没有成员使用账户 {account}。',
    fix: {
      en: '"secureflow network members" lists the members.',
      zh: '“secureflow network members”可列出全部成员。',
    },
  },
  LEDGER_ALREADY_MEMBER: {
    class: 'input',
    en: 'The account {account} belongs to a member already.',
    zh: '账户 {account} 已属于某个成员。',
    fix: nothingToDo,
  },
  LEDGER_NAME_TAKEN: {
    class: 'input',
    en: 'Another member is called "{name}".',
    zh: '名称“{name}”已被其他成员使用。',
    fix: { en: 'Choose another name.', zh: '请换一个名称。' },
  },
  LEDGER_NAME_INVALID: {
    class: 'input',
    en: 'A member cannot be called "{name}".',
    zh: '成员名称不能为“{name}”。',
    fix: {
      en: 'Use 2 to 32 lower-case letters, digits or dashes, beginning with a letter.',
      zh: '请使用 2 到 32 个小写字母、数字或连字符，并以字母开头。',
    },
  },
  LEDGER_KEY_TAKEN: {
    class: 'input',
    en: 'Another member uses the peer key {key}.',
    zh: '节点公钥 {key} 已被其他成员使用。',
    fix: { en: 'Make a new key: each member has its own.', zh: '请生成新的密钥：每个成员须使用自己的密钥。' },
  },
  LEDGER_ENROLMENT_EXPIRED: {
    class: 'input',
    en: 'The enrolment was valid until {expiry} (Unix time) and it is {time}.',
    zh: '入网申请的有效期至 {expiry}（Unix 时间），当前为 {time}。',
    fix: { en: 'Join again with a new invitation.', zh: '请使用新的邀请重新加入。' },
  },
  LEDGER_CONSENT_INVALID: {
    class: 'peer',
    en: 'The account {account} did not sign this enrolment for this network.',
    zh: '账户 {account} 没有为本网络签署该入网申请。',
    fix: { en: 'Join again with a new invitation.', zh: '请使用新的邀请重新加入。' },
  },
  LEDGER_FOUNDER_STAYS: {
    class: 'policy',
    en: 'The founder cannot be suspended while it decides alone.',
    zh: '发起方独自决策期间不能被停用。',
    fix: { en: 'Raise the quorum first.', zh: '请先提高表决通过票数。' },
  },
  LEDGER_FOUNDER_ACCOUNT_FIXED: {
    class: 'policy',
    en: 'The founder cannot change its account.',
    zh: '发起方不能更换账户。',
    fix: { en: 'The genesis names it: found a new network.', zh: '创世信息中已写明该账户；如有需要，请另建网络。' },
  },
  LEDGER_VOTE_NEEDED: {
    class: 'policy',
    en: 'The founder no longer decides alone: {quorum} votes are needed.',
    zh: '发起方不再独自决策：需要 {quorum} 票。',
    fix: proposeIt,
  },
  LEDGER_NOT_SUSPENDED: {
    class: 'input',
    en: 'The member {account} is not suspended.',
    zh: '成员 {account} 并未被停用。',
    fix: nothingToDo,
  },
  LEDGER_NOT_VOTER: {
    class: 'policy',
    en: '{account} has no vote in this network.',
    zh: '{account} 在本网络中没有表决权。',
    fix: { en: 'Ask a member with the role "member".', zh: '请联系具有 member 角色的成员。' },
  },
  LEDGER_LAST_VOTER: {
    class: 'policy',
    en: 'Without {account} nobody could decide any more.',
    zh: '若没有 {account}，网络将无人可以决策。',
    fix: { en: 'Admit another voting member first.', zh: '请先接纳其他有表决权的成员。' },
  },
  LEDGER_ROLES_INVALID: {
    class: 'input',
    en: '{roles} stands for no set of roles.',
    zh: '{roles} 不是有效的角色组合。',
    fix: {
      en: 'Name at least one of member, operator, auditor, endorser.',
      zh: '请至少指定 member、operator、auditor、endorser 之一。',
    },
  },
  LEDGER_GATEWAY_INVALID: {
    class: 'input',
    en: 'The gateway is not of the form host:port.',
    zh: '网关地址不是“主机:端口”的形式。',
    fix: { en: 'Write for example bank-a.example:7000.', zh: '例如 bank-a.example:7000。' },
  },
  LEDGER_QUORUM_INVALID: {
    class: 'input',
    en: 'A quorum of {quorum} cannot be reached, or needs a founder that votes.',
    zh: '通过票数 {quorum} 无法达到，或者需要发起方具有表决权。',
    fix: { en: 'Choose from 1 up to the number of voting members.', zh: '请选择 1 到有表决权成员数之间的数值。' },
  },
  LEDGER_NOT_CANDIDATE: {
    class: 'input',
    en: 'The account {account} has not applied.',
    zh: '账户 {account} 尚未申请加入。',
    fix: { en: 'The candidate applies first.', zh: '请候选方先提交申请。' },
  },
  LEDGER_APPLICATION_REPLAYED: {
    class: 'input',
    en: 'A newer application of {account} is on the ledger.',
    zh: '账本上已有 {account} 的更新的申请。',
    fix: {
      en: 'Use the newer one, or sign another with a later expiry.',
      zh: '请使用较新的申请，或签署有效期更晚的申请。',
    },
  },
  LEDGER_APPLICATION_CHANGED: {
    class: 'policy',
    en: 'The candidate {account} applied anew after the proposal was made.',
    zh: '提案提出之后，候选方 {account} 重新提交了申请。',
    fix: { en: 'Look at the new application, and propose it.', zh: '请查看新的申请后重新提案。' },
  },
  LEDGER_UNKNOWN_PROPOSAL: {
    class: 'input',
    en: 'There is no proposal {proposal}.',
    zh: '没有编号为 {proposal} 的提案。',
    fix: { en: 'Look at the list of proposals.', zh: '请查看提案列表。' },
  },
  LEDGER_PROPOSAL_EXPIRY_INVALID: {
    class: 'input',
    en: 'A proposal cannot be open until {expiry} (Unix time).',
    zh: '提案不能开放至 {expiry}（Unix 时间）。',
    fix: { en: 'Choose a time within the next 90 days.', zh: '请选择今后 90 天内的时间。' },
  },
  LEDGER_PROPOSAL_EXPIRED: {
    class: 'timeout',
    en: 'The proposal {proposal} was open until {expiry} (Unix time).',
    zh: '提案 {proposal} 的表决已于 {expiry}（Unix 时间）截止。',
    fix: { en: 'Propose it again.', zh: '请重新提案。' },
  },
  LEDGER_PROPOSAL_EXECUTED: {
    class: 'input',
    en: 'The proposal {proposal} was carried already.',
    zh: '提案 {proposal} 已经通过。',
    fix: nothingToDo,
  },
  LEDGER_ALREADY_VOTED: {
    class: 'input',
    en: '{account} has agreed to the proposal {proposal} already.',
    zh: '{account} 已对提案 {proposal} 投过票。',
    fix: { en: 'Each member has one vote.', zh: '每个成员只有一票。' },
  },
  LEDGER_UNKNOWN_ASSET: {
    class: 'input',
    en: 'No asset {id} is registered.',
    zh: '没有登记过资产 {id}。',
    fix: { en: 'Register it with "secureflow data add".', zh: '请用“secureflow data add”进行登记。' },
  },
  LEDGER_ASSET_EXISTS: {
    class: 'input',
    en: 'An asset {id} is registered already.',
    zh: '资产 {id} 已经登记。',
    fix: { en: 'Its owner can update it.', zh: '其所有方可以更新该资产。' },
  },
  LEDGER_NOT_OWNER: {
    class: 'policy',
    en: 'The asset {id} does not belong to {caller}.',
    zh: '资产 {id} 不属于 {caller}。',
    fix: { en: 'Only its owner may change it.', zh: '只有其所有方可以更改。' },
  },
  LEDGER_ALREADY_RETIRED: {
    class: 'policy',
    en: 'The asset {id} was retired.',
    zh: '资产 {id} 已下架。',
    fix: { en: 'Register a new version.', zh: '请登记新的版本。' },
  },
  LEDGER_ALREADY_SUPERSEDED: {
    class: 'input',
    en: 'The asset {id} has a newer version already.',
    zh: '资产 {id} 已有更新的版本。',
    fix: { en: 'Build on the newest version.', zh: '请以最新版本为基础。' },
  },
  LEDGER_CHILDREN_UNORDERED: {
    class: 'input',
    en: 'The child {child} stands twice or out of order.',
    zh: '子资产 {child} 重复或顺序不对。',
    fix: { en: 'Name each child once, in ascending order.', zh: '请按升序列出子资产，每个只列一次。' },
  },
  LEDGER_COMPOSITE_TOO_LARGE: {
    class: 'input',
    en: 'A composite holds at most 64 tokens with all that they contain; {size} came.',
    zh: '组合资产连同其所含全部资产最多 64 个；实际为 {size} 个。',
    fix: { en: 'Compose fewer assets.', zh: '请减少组合的资产。' },
  },
  LEDGER_NOT_CHILD: {
    class: 'input',
    en: 'The asset {id} does not contain {child}.',
    zh: '资产 {id} 不包含 {child}。',
    fix: { en: 'Look at the children of the composite.', zh: '请查看组合资产的子资产列表。' },
  },
  LEDGER_CHILD_ALREADY_GRANTED: {
    class: 'input',
    en: 'The asset {child} is granted to {id} already.',
    zh: '资产 {child} 已授权给 {id}。',
    fix: nothingToDo,
  },
  LEDGER_CHILD_NOT_GRANTED: {
    class: 'input',
    en: 'The asset {child} is not granted to {id}.',
    zh: '资产 {child} 并未授权给 {id}。',
    fix: nothingToDo,
  },
  LEDGER_NOT_OFFERED: {
    class: 'policy',
    en: 'The asset {id} is not offered to {caller}.',
    zh: '资产 {id} 并未转让给 {caller}。',
    fix: { en: 'Its owner offers it first.', zh: '请由所有方先发起转让。' },
  },
  LEDGER_UNKNOWN_GRANT: {
    class: 'input',
    en: 'There is no grant {id}.',
    zh: '没有授权 {id}。',
    fix: askOwner,
  },
  LEDGER_GRANT_EXISTS: {
    class: 'input',
    en: 'The grant {id} was given already.',
    zh: '授权 {id} 已经存在。',
    fix: { en: 'Use another salt for a further one.', zh: '如需再次授权，请更换盐值。' },
  },
  LEDGER_GRANT_EXPIRY_INVALID: {
    class: 'input',
    en: 'A grant cannot end in the past ({expiry}, Unix time).',
    zh: '授权的截止时间 {expiry}（Unix 时间）已过。',
    fix: { en: 'Choose a later time.', zh: '请选择更晚的时间。' },
  },
  LEDGER_QUOTA_MISSING: {
    class: 'input',
    en: 'A grant is for at least one run.',
    zh: '授权至少要允许一次运行。',
    fix: { en: 'Choose a quota from 1.', zh: '请选择不小于 1 的次数。' },
  },
  LEDGER_FLOW_HASH_MISSING: {
    class: 'input',
    en: 'The flow that is asked for is not named.',
    zh: '没有指明申请使用的流程。',
    fix: { en: 'Name the digest of the flow.', zh: '请给出流程的摘要。' },
  },
  LEDGER_ASSET_NOT_USABLE: {
    class: 'policy',
    en: 'The asset {id} cannot be used: it is retired, something in it is not granted, or an owner is suspended.',
    zh: '资产 {id} 无法使用：已下架、其中有资产未获授权，或有所有方被停用。',
    fix: askOwner,
  },
  LEDGER_GRANT_WAS_REVOKED: {
    class: 'policy',
    en: 'The grant {id} was revoked.',
    zh: '授权 {id} 已被撤销。',
    fix: askOwner,
  },
  LEDGER_GRANT_EXPIRED: {
    class: 'policy',
    en: 'The grant {id} was valid until {expiry} (Unix time).',
    zh: '授权 {id} 的有效期至 {expiry}（Unix 时间）。',
    fix: askOwner,
  },
  LEDGER_QUOTA_SPENT: {
    class: 'policy',
    en: 'The grant {id} is used up.',
    zh: '授权 {id} 的次数已用完。',
    fix: askOwner,
  },
  LEDGER_GRANT_MISMATCH: {
    class: 'policy',
    en: 'The grant {id} is for another flow or for other parameters.',
    zh: '授权 {id} 针对的是其他流程或其他参数。',
    fix: askOwner,
  },
  LEDGER_GRANTEE_NOT_PARTY: {
    class: 'policy',
    en: 'The member to which the grant {id} was given is no party of the run.',
    zh: '授权 {id} 的被授权方不是本次运行的参与方。',
    fix: askOwner,
  },
  LEDGER_NOT_CONSUMER: {
    class: 'policy',
    en: 'Only the registration of an agreement uses grants up, not {caller}.',
    zh: '只有登记约定书才能使用授权，{caller} 无权使用。',
    fix: { en: 'Register an agreement.', zh: '请登记约定书。' },
  },
  LEDGER_GRANTS_INVALID: {
    class: 'input',
    en: 'An agreement uses at most 64 grants; {count} came.',
    zh: '一份约定书最多使用 64 项授权；实际为 {count} 项。',
    fix: { en: 'Divide the flow.', zh: '请拆分流程。' },
  },
  LEDGER_NOT_THEIR_CONSUMER: {
    class: 'input',
    en: 'The grants were created for another contract of agreements.',
    zh: '授权合约并非为该约定书合约而创建。',
    fix: { en: 'Create the contracts in their order.', zh: '请按规定顺序创建合约。' },
  },
  LEDGER_AGREEMENT_REPLAYED: {
    class: 'input',
    en: 'An agreement with the nonce {nonce} was registered before.',
    zh: '随机数为 {nonce} 的约定书已经登记过。',
    fix: { en: 'An agreement is used once; start a new run.', zh: '每份约定书只能使用一次；请重新发起运行。' },
  },
  LEDGER_WRONG_NETWORK: {
    class: 'input',
    en: 'The agreement is meant for the network {given}, this one is {expected}.',
    zh: '该约定书属于网络 {given}，而当前网络为 {expected}。',
    fix: { en: 'Use the home folder of the right network.', zh: '请使用对应网络的主目录。' },
  },
  LEDGER_AGREEMENT_EXPIRED: {
    class: 'timeout',
    en: 'The agreement was valid until {expiry} (Unix time) and it is {time}.',
    zh: '约定书的有效期至 {expiry}（Unix 时间），当前为 {time}。',
    fix: startAgain,
  },
  LEDGER_DEADLINE_INVALID: {
    class: 'input',
    en: 'The deadline {deadline} (Unix time) is past or before the expiry.',
    zh: '截止时间 {deadline}（Unix 时间）已过，或早于约定书的有效期。',
    fix: startAgain,
  },
  LEDGER_PARTIES_INVALID: {
    class: 'input',
    en: 'An agreement has 1 to 64 parties and one signature of each; {count} came.',
    zh: '约定书应有 1 至 64 个参与方且每方一个签名；实际为 {count} 个。',
    fix: signAgain,
  },
  LEDGER_DUPLICATE_SIGNER: {
    class: 'input',
    en: 'The party {party} stands twice in the agreement.',
    zh: '参与方 {party} 在约定书中重复出现。',
    fix: signAgain,
  },
  LEDGER_SIGNER_NOT_ACTIVE: {
    class: 'policy',
    en: 'The party {party} is no active member.',
    zh: '参与方 {party} 不是有效成员。',
    fix: askFounder,
  },
  LEDGER_MISSING_SIGNATURE: {
    class: 'input',
    en: 'The signature of {party} is missing.',
    zh: '缺少 {party} 的签名。',
    fix: signAgain,
  },
  LEDGER_SIGNATURE_INVALID: {
    class: 'peer',
    en: 'The signature of {party} does not belong to this agreement.',
    zh: '{party} 的签名与该约定书不符。',
    fix: signAgain,
  },
  LEDGER_DEALER_NOT_PARTY: {
    class: 'input',
    en: 'The dealer {dealer} is not among the parties.',
    zh: '发牌方 {dealer} 不在参与方之中。',
    fix: signAgain,
  },
  LEDGER_UNKNOWN_RUN: {
    class: 'input',
    en: 'The run {runId} is not registered.',
    zh: '运行 {runId} 尚未登记。',
    fix: {
      en: 'See "secureflow run list"; a run is registered once every party has signed.',
      zh: '请查看“secureflow run list”；所有参与方签署后运行才会登记。',
    },
  },
  LEDGER_NOT_PARTY: {
    class: 'policy',
    en: '{caller} is not a party of the run {runId}.',
    zh: '{caller} 不是运行 {runId} 的参与方。',
    fix: { en: 'Only its parties may anchor or end a run.', zh: '只有参与方可以为运行存证或终止运行。' },
  },
  LEDGER_ALREADY_ANCHORED: {
    class: 'input',
    en: '{party} has anchored another record for the run {runId}.',
    zh: '{party} 已为运行 {runId} 存证了另一份记录。',
    fix: { en: 'A party anchors a run once.', zh: '每个参与方对一次运行只能存证一次。' },
  },
  LEDGER_DEADLINE_PASSED: {
    class: 'timeout',
    en: 'The deadline {deadline} (Unix time) of the run {runId} has passed; it is {time}.',
    zh: '运行 {runId} 的截止时间 {deadline}（Unix 时间）已过；当前为 {time}。',
    fix: noFurther,
  },
  LEDGER_RUN_ALREADY_FAILED: {
    class: 'input',
    en: 'The run {runId} has failed already.',
    zh: '运行 {runId} 已经失败。',
    fix: noFurther,
  },
  LEDGER_RUN_ALREADY_COMPLETE: {
    class: 'input',
    en: 'The run {runId} is complete already.',
    zh: '运行 {runId} 已经完成。',
    fix: noFurther,
  },
  LEDGER_FAILURE_CODE_MISSING: {
    class: 'input',
    en: 'A failure needs a code.',
    zh: '失败必须附带代码。',
    fix: { en: 'Name one of the codes of the ledger.', zh: '请指定账本规定的代码之一。' },
  },
})

/** `NotFounder` with its arguments by name, as an error of the product; undefined where the contracts have no such error. */
export function contractError(name: string, fields: Record<string, PublicValue>): SecureflowError | undefined {
  const code = `LEDGER_${name.replace(/(?<!^)[A-Z]/g, (c) => `_${c}`).toUpperCase()}`
  const make = (contractErrors as Record<string, (f: Record<string, PublicValue>) => SecureflowError>)[code]
  return make?.(fields)
}
