import { errorCatalog } from '@secureflow/base'

export const runErrors = errorCatalog({
  RUN_FAILED_AT_PARTNER: {
    class: 'peer',
    en: 'Step "{step}" failed at {who} with {code}.',
    zh: '步骤“{step}”在 {who} 处失败，代码 {code}。',
    fix: {
      en: '{who} sees the details; "secureflow explain {code}" says what the code means. Nothing more was released.',
      zh: '详情可在 {who} 处查看；“secureflow explain {code}”说明该代码的含义。没有再披露任何内容。',
    },
  },
  RUN_ATTEMPTS_SPENT: {
    class: 'transport',
    en: 'Step "{step}" was tried {attempts} times and failed each time, last with {code}.',
    zh: '步骤“{step}”已尝试 {attempts} 次，均告失败，最后一次的代码为 {code}。',
    fix: {
      en: 'See what keeps ending the attempts (the link, a node, its memory), then start a new run.',
      zh: '请查明导致尝试终止的原因（链路、节点或内存），然后重新发起运行。',
    },
  },
  RUN_PARTNER_AWAY: {
    class: 'timeout',
    en: '{who} stayed away for too long during step "{step}".',
    zh: '在步骤“{step}”期间，{who} 离线时间过长。',
    fix: { en: 'Ask {who} to start its node, then start a new run.', zh: '请让 {who} 启动其节点，然后重新发起运行。' },
  },
  RUN_DEADLINE: {
    class: 'timeout',
    en: 'The run did not finish before its deadline.',
    zh: '运行未能在截止时间之前完成。',
    fix: { en: 'Start a new run with a later deadline.', zh: '请以更晚的截止时间重新发起运行。' },
  },
  RUN_CANCELLED: {
    class: 'aborted',
    en: 'The run was cancelled.',
    zh: '运行已被取消。',
    fix: { en: 'Start a new run if it is still wanted.', zh: '如仍需要，请重新发起运行。' },
  },
  RUN_RECEIPT_MISMATCH: {
    class: 'peer',
    en: 'The receipt of {who} for step "{step}" does not match what happened here: {what}.',
    zh: '{who} 就步骤“{step}”出具的回执与本方记录不符：{what}。',
    fix: {
      en: 'Do not use the result. Keep both records: they prove the difference.',
      zh: '请勿使用该结果。请保留双方记录，以证明差异所在。',
    },
  },
  RUN_PROPOSAL_DIFFERS: {
    class: 'peer',
    en: 'This node compiles the proposed flow to another agreement ({what}).',
    zh: '本节点编译所提议的流程后得到不同的约定书（{what}）。',
    fix: {
      en: 'Both sides must run the same version, and the proposal must describe the assets as they are registered.',
      zh: '双方必须运行相同版本，且提议中的资产描述须与登记一致。',
    },
  },
  RUN_REFUSED: {
    class: 'policy',
    en: '{who} does not allow this flow: {reasons}',
    zh: '{who} 不允许此流程：{reasons}',
    fix: {
      en: 'Change the flow so that the terms allow it, or ask the steward of {who}. Nothing was sent except the proposal.',
      zh: '请修改流程使其符合条款，或联系 {who} 的数据管理员。除提议外没有发送任何内容。',
    },
  },
  RUN_PARTNER_UNREACHABLE: {
    class: 'transport',
    en: '{who} cannot be reached.',
    zh: '无法连接 {who}。',
    fix: {
      en: 'See whether its node runs and its address is right ("secureflow network members").',
      zh: '请确认其节点正在运行且地址正确（“secureflow network members”）。',
    },
  },
  RUN_MEMBER_INACTIVE: {
    class: 'policy',
    en: '{who} may take part in no run: the members have it {state}.',
    zh: '{who} 不能参与任何运行：经成员表决，其状态为 {state}。',
    fix: {
      en: 'The members decide by vote ("secureflow member proposals"); start a new run without {who}, or once it may act again.',
      zh: '由成员表决决定（“secureflow member proposals”）；请发起不含 {who} 的新运行，或待其恢复后再试。',
    },
  },
  RUN_EXPIRED: {
    class: 'input',
    en: 'The proposal expired before it was registered.',
    zh: '该提议在登记之前已过期。',
    fix: { en: 'Start the run again.', zh: '请重新发起运行。' },
  },
  RUN_UNKNOWN: {
    class: 'input',
    en: 'There is no run {run} at this node.',
    zh: '本节点没有运行 {run}。',
    fix: { en: '"secureflow run list" shows the runs of this node.', zh: '“secureflow run list”可列出本节点的运行。' },
  },
  RUN_DATA_CHANGED: {
    class: 'input',
    en: 'The file of "{asset}" is not the version that the agreement names.',
    zh: '“{asset}”的文件与约定书所列版本不一致。',
    fix: {
      en: 'Restore the file, or register the new version with "secureflow data add" and start a new run.',
      zh: '请恢复该文件，或用“secureflow data add”登记新版本后重新发起运行。',
    },
  },
  RUN_TERMS_FORBID: {
    class: 'policy',
    en: 'The terms of "{asset}" do not allow this release: {reason}',
    zh: '“{asset}”的条款不允许此次披露：{reason}',
    fix: {
      en: 'The owner’s steward can change the terms; nothing was released.',
      zh: '数据所有方的管理员可以修改条款；没有披露任何内容。',
    },
  },
})
