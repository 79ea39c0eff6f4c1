import { errorCatalog } from '@secureflow/base'

const askAgain = {
  en: 'Start the flow again: the owner is then asked for a new grant.',
  zh: '请重新发起该流程，系统会向所有方申请新的授权。',
}
const nothingMore = {
  en: 'Nothing more was released. Talk to {who}, then start the flow again.',
  zh: '没有再披露任何内容。请与 {who} 沟通后重新发起该流程。',
}

export const grantErrors = errorCatalog({
  RUN_GRANT_REVOKED: {
    class: 'policy',
    en: '{who} has revoked its grant for this run.',
    zh: '{who} 已撤销本次运行所用的授权。',
    fix: nothingMore,
  },
  RUN_GRANT_EXPIRED: {
    class: 'policy',
    en: 'The grant of {who} for this run has expired.',
    zh: '{who} 对本次运行的授权已过期。',
    fix: askAgain,
  },
  RUN_GRANT_SPENT: {
    class: 'policy',
    en: 'The grant of {who} is used up by other runs.',
    zh: '{who} 的授权次数已被其他运行用完。',
    fix: askAgain,
  },
  RUN_GRANT_OTHER: {
    class: 'policy',
    en: 'The run names a grant of {who} that is for another flow, other parameters or another member, or that was never given.',
    zh: '本次运行所引用的 {who} 的授权针对其他流程、其他参数或其他成员，或从未授予。',
    fix: askAgain,
  },
  RUN_GRANT_MISSING: {
    class: 'policy',
    en: 'The run does not name exactly one grant for each asset of another member.',
    zh: '本次运行没有为其他成员的每项资产各引用一项授权。',
    fix: askAgain,
  },
  RUN_ASSET_RETIRED: {
    class: 'policy',
    en: 'An asset of {who} that the run uses can no longer be used: it was retired, or something in it is not granted.',
    zh: '本次运行所用的 {who} 的资产已无法使用：已下架，或其中有资产未获授权。',
    fix: nothingMore,
  },
  RUN_TERMS_CHANGED: {
    class: 'policy',
    en: '{who} has changed the terms of an asset since the run was proposed.',
    zh: '自提议以来，{who} 已更改相关资产的条款。',
    fix: {
      en: 'Start the flow again: it is then held against the terms as they are now.',
      zh: '请重新发起该流程，系统会按现行条款进行评估。',
    },
  },
  GRANT_UNKNOWN: {
    class: 'input',
    en: 'There is no grant {id} at this node.',
    zh: '本节点没有授权 {id}。',
    fix: { en: '"secureflow grant list" shows them.', zh: '“secureflow grant list”可列出全部授权。' },
  },
  GRANT_NOT_OWN: {
    class: 'input',
    en: 'The grant {id} was given by another member.',
    zh: '授权 {id} 由其他成员授予。',
    fix: { en: 'Only who gave a grant can revoke it.', zh: '只有授权方可以撤销授权。' },
  },
  REQUEST_UNKNOWN: {
    class: 'input',
    en: 'There is no request {id} at this node.',
    zh: '本节点没有申请 {id}。',
    fix: { en: '"secureflow request list" shows them.', zh: '“secureflow request list”可列出全部申请。' },
  },
  REQUEST_DECIDED: {
    class: 'input',
    en: 'The request {id} is {status} already.',
    zh: '申请 {id} 的状态已为 {status}。',
    fix: {
      en: 'A request is decided once; a new one comes when the flow is started again.',
      zh: '每项申请只能处理一次；重新发起流程会产生新的申请。',
    },
  },
  REQUEST_DIRECTION: {
    class: 'input',
    en: 'The request {id} was {direction}: this is for the other side to do.',
    zh: '申请 {id} 的方向为 {direction}：该操作应由另一方执行。',
    fix: {
      en: 'Approve, refuse and ask belong to who received a request; answer and withdraw to who sent it.',
      zh: '批准、拒绝和询问由收到申请的一方执行；答复和撤回由发出申请的一方执行。',
    },
  },
  REQUEST_FORBIDDEN: {
    class: 'policy',
    en: 'The own terms forbid what the request asks for, whoever approves it: {reasons}',
    zh: '自身条款禁止该申请的内容，批准也不能放行：{reasons}',
    fix: { en: 'Refuse the request, or change the terms first.', zh: '请拒绝该申请，或先修改条款。' },
  },
})
