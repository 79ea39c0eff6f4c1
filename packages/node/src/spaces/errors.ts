import { errorCatalog } from '@secureflow/base'

const look = {
  en: '"secureflow space show" prints the charter; a change of it needs everybody’s signature again.',
  zh: '“secureflow space show”可查看章程；更改章程须由各方重新签署。',
}
const nothingLeft = {
  en: 'Nothing was sent. Change the flow, or propose a change of the charter.',
  zh: '没有发送任何内容。请修改流程，或提议更改章程。',
}

export const spaceErrors = errorCatalog({
  RUN_SPACE_NONE: {
    class: 'policy',
    en: '{who} is in no space {space} that is in force: it is not signed by all, was left or closed.',
    zh: '{who} 没有已生效的协作空间 {space}：尚未全部签署、已退出或已关闭。',
    fix: look,
  },
  RUN_SPACE_MEMBER: {
    class: 'policy',
    en: '{actual} is no member of the space (as {who} has it).',
    zh: '{actual} 不是该空间的成员（以 {who} 的记录为准）。',
    fix: nothingLeft,
  },
  RUN_SPACE_PURPOSE: {
    class: 'policy',
    en: 'The space is for "{expected}", the run is for "{actual}" (as {who} has it).',
    zh: '该空间的用途为“{expected}”，本次运行的用途为“{actual}”（以 {who} 的记录为准）。',
    fix: nothingLeft,
  },
  RUN_SPACE_PERIOD: {
    class: 'policy',
    en: 'The space allows runs within {expected}; now it is {actual} at {who}.',
    zh: '该空间仅允许在 {expected} 内运行；{who} 处当前时间为 {actual}。',
    fix: look,
  },
  RUN_SPACE_RUNS: {
    class: 'policy',
    en: 'The space allows {expected} runs, and {who} has signed {actual}.',
    zh: '该空间允许 {expected} 次运行，{who} 已签署 {actual} 次。',
    fix: look,
  },
  RUN_SPACE_EPSILON: {
    class: 'policy',
    en: 'The space may spend a privacy budget of {expected}; with this run it would be {actual} (as {who} counts).',
    zh: '该空间的隐私预算为 {expected}；加上本次运行将达 {actual}（以 {who} 的计数为准）。',
    fix: look,
  },
  RUN_SPACE_FLOW: {
    class: 'policy',
    en: 'The flow "{actual}" is not what the space agreed on: {expected} (as {who} has it).',
    zh: '流程“{actual}”不在该空间约定之内：{expected}（以 {who} 的记录为准）。',
    fix: nothingLeft,
  },
  RUN_SPACE_DATA: {
    class: 'policy',
    en: 'Nobody gives "{actual}" to the space; given are: {expected} (as {who} has it).',
    zh: '“{actual}”未提供给该空间；已提供：{expected}（以 {who} 的记录为准）。',
    fix: nothingLeft,
  },
  RUN_SPACE_SEES: {
    class: 'policy',
    en: 'The run would tell more than the space allows: {actual}; allowed is {expected} (as {who} has it).',
    zh: '本次运行的披露超出该空间的约定：{actual}；约定为 {expected}（以 {who} 的记录为准）。',
    fix: nothingLeft,
  },
  SPACE_UNKNOWN: {
    class: 'input',
    en: 'There is no space {id} at this node.',
    zh: '本节点没有协作空间 {id}。',
    fix: { en: '"secureflow space list" shows the spaces.', zh: '“secureflow space list”可列出协作空间。' },
  },
  SPACE_NOTHING: {
    class: 'input',
    en: 'No charter of this space waits for that.',
    zh: '该空间没有等待此操作的章程。',
    fix: {
      en: 'It may have been signed, refused, taken back or replaced; look at it again.',
      zh: '章程可能已签署、被拒绝、被撤回或被替换；请重新查看。',
    },
  },
  SPACE_OVER: {
    class: 'input',
    en: 'This space is over: left, closed, or its period has ended.',
    zh: '该空间已结束：已退出、已关闭或已过期。',
    fix: { en: 'Make a new space.', zh: '请新建协作空间。' },
  },
  SPACE_OPEN: {
    class: 'input',
    en: 'A charter of this space waits for signatures already.',
    zh: '该空间已有章程正在等待签署。',
    fix: {
      en: 'Wait for the signatures, refuse it, or let whoever proposed it take it back.',
      zh: '请等待签署、予以拒绝，或由提出方撤回。',
    },
  },
  SPACE_NOT_FOUNDER: {
    class: 'policy',
    en: 'Only {who} may close this space.',
    zh: '只有 {who} 可以关闭该空间。',
    fix: { en: 'Leave it instead.', zh: '可改为退出该空间。' },
  },
  SPACE_MEMBER: {
    class: 'input',
    en: '{who} cannot be a member of this space: it is no active member of the network, has left, or is missing.',
    zh: '{who} 不能成为该空间成员：不是网络的有效成员、已退出，或缺失。',
    fix: { en: '"secureflow network members" shows whom there is.', zh: '“secureflow network members”可列出成员。' },
  },
  SPACE_GIVES: {
    class: 'input',
    en: 'The charter says that {who} gives "{asset}", which is not so: {reason}.',
    zh: '章程称 {who} 提供“{asset}”，与事实不符：{reason}。',
    fix: {
      en: 'Choose from what that member offers now; whoever was asked can ask for a change.',
      zh: '请从该成员当前提供的内容中选择；受邀方可要求修改。',
    },
  },
  SPACE_FLOW: {
    class: 'input',
    en: 'The flow "{flow}" of the charter could not run in the space: {reason}',
    zh: '章程中的流程“{flow}”无法在该空间运行：{reason}',
    fix: {
      en: 'Change the flow, what is given, or who may see what, until they fit.',
      zh: '请调整流程、提供的数据或可见范围，使其一致。',
    },
  },
  SPACE_SIGNERS: {
    class: 'policy',
    en: 'The change leaves out the signature of {who}, who is a member.',
    zh: '该更改遗漏了成员 {who} 的签名。',
    fix: { en: 'Refuse it, and let it be proposed again.', zh: '请拒绝并要求重新提出。' },
  },
})
