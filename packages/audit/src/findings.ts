/** What a verification can find. Each says where, in both languages; none quotes what a peer wrote. */
import { errorCatalog } from '@secureflow/base'

const restore = {
  en: 'Find out who changed the files of this node, and restore them from a backup that verifies.',
  zh: '请查明是谁改动了本节点的文件，并从可通过校验的备份中恢复。',
}
const dispute = {
  en: 'Keep both files; the signatures prove who said what. Settle it with the member named.',
  zh: '请保留双方的文件；签名可以证明各方说过什么。请与所列成员核对。',
}
const askLedger = {
  en: 'Stop new runs, keep both heads as proof, and settle it with the members that signed them.',
  zh: '请停止新的运行，保留两个链头作为证据，并与签署它们的成员核对。',
}

export const auditFindings = errorCatalog({
  AUDIT_ENTRY_DAMAGED: {
    class: 'input',
    en: 'Entry {entry}: its bytes are not an entry of this log.',
    zh: '第 {entry} 条记录：其内容不是本日志的有效记录。',
    fix: restore,
  },
  AUDIT_ENTRY_ORDER: {
    class: 'input',
    en: 'Entry {entry} calls itself number {found}: entries are missing, repeated or in another order.',
    zh: '第 {entry} 条记录自称第 {found} 条：有记录缺失、重复或被调换顺序。',
    fix: restore,
  },
  AUDIT_CHAIN_BROKEN: {
    class: 'input',
    en: 'Entry {entry} does not continue the entry before it: one of them was altered, signed again or removed.',
    zh: '第 {entry} 条记录与前一条不衔接：其中一条被改动、重新签名或删除。',
    fix: restore,
  },
  AUDIT_ENTRY_SIGNATURE: {
    class: 'input',
    en: 'Entry {entry} is not signed by the account of {member}.',
    zh: '第 {entry} 条记录不是由 {member} 的账户签名。',
    fix: restore,
  },
  AUDIT_ENTRY_CONTENT: {
    class: 'input',
    en: 'Entry {entry} does not contain what an entry of its kind contains.',
    zh: '第 {entry} 条记录不包含该类记录应有的内容。',
    fix: restore,
  },
  AUDIT_TRUNCATED: {
    class: 'input',
    en: 'The log has {found} entries, but {expected} were anchored on the ledger for run {run}.',
    zh: '日志有 {found} 条记录，而运行 {run} 在账本上锚定的是 {expected} 条。',
    fix: restore,
  },
  AUDIT_ROOT_DIFFERS: {
    class: 'input',
    en: 'The first {size} entries do not have the root that was anchored on the ledger for run {run}.',
    zh: '前 {size} 条记录的根与运行 {run} 在账本上锚定的根不一致。',
    fix: restore,
  },
  AUDIT_ANCHOR_MISSING: {
    class: 'input',
    en: 'Run {run} is recorded as successful, but the ledger holds no anchor of {member} for it.',
    zh: '运行 {run} 被记录为成功，但账本上没有 {member} 为其锚定的记录。',
    fix: dispute,
  },
  AUDIT_END_MISSING: {
    class: 'input',
    en: 'The ledger says that run {run} is {state}; the log ends without saying so.',
    zh: '账本显示运行 {run} 的状态为 {state}；日志在记录此状态之前就结束了。',
    fix: {
      en: 'Start the node, which completes its record; if this remains, entries were removed: restore them from a backup.',
      zh: '请启动节点，它会补全记录；若仍然如此，则有记录被删除：请从备份恢复。',
    },
  },
  AUDIT_END_DIFFERS: {
    class: 'input',
    en: 'Run {run} ended as {recorded} in the log and as {state} on the ledger.',
    zh: '运行 {run} 在日志中的结果为 {recorded}，在账本上为 {state}。',
    fix: dispute,
  },
  AUDIT_RUN_UNKNOWN: {
    class: 'input',
    en: 'The log tells of run {run} as registered, which the ledger does not hold.',
    zh: '日志称运行 {run} 已登记，但账本上没有该运行。',
    fix: dispute,
  },
  AUDIT_RUN_MISSING: {
    class: 'input',
    en: 'The ledger holds run {run} with {member} as a party, but the log does not mention it.',
    zh: '账本上有 {member} 参与的运行 {run}，但日志中没有提到它。',
    fix: restore,
  },
  AUDIT_AGREEMENT_DIFFERS: {
    class: 'peer',
    en: 'The agreement on the ledger for run {run} is not the one that its number stands for.',
    zh: '账本上运行 {run} 的约定书与其编号所代表的不一致。',
    fix: askLedger,
  },
  AUDIT_AGREEMENT_SIGNATURE: {
    class: 'peer',
    en: 'The agreement of run {run} lacks a valid signature of party {party}.',
    zh: '运行 {run} 的约定书缺少参与方 {party} 的有效签名。',
    fix: askLedger,
  },
  AUDIT_RECEIPT_DAMAGED: {
    class: 'input',
    en: 'Entry {entry}: the receipt of {party} cannot be read.',
    zh: '第 {entry} 条记录：{party} 的回执无法读取。',
    fix: restore,
  },
  AUDIT_RECEIPT_SIGNATURE: {
    class: 'peer',
    en: 'Entry {entry}: the receipt is not signed by the account of {party}.',
    zh: '第 {entry} 条记录：回执不是由 {party} 的账户签名。',
    fix: dispute,
  },
  AUDIT_RECEIPT_FOREIGN: {
    class: 'peer',
    en: 'Entry {entry}: the receipt of {party} belongs to another {what}.',
    zh: '第 {entry} 条记录：{party} 的回执属于另一个对象（{what}）。',
    fix: dispute,
  },
  AUDIT_RECEIPTS_DIFFER: {
    class: 'peer',
    en: 'Entry {entry}: the receipts of {member} and {party} for task {task} of run {run} disagree about: {what}.',
    zh: '第 {entry} 条记录：{member} 与 {party} 对运行 {run} 任务 {task} 的回执不一致，差异在于：{what}。',
    fix: dispute,
  },
  AUDIT_RECEIPT_MISSING: {
    class: 'input',
    en: 'Run {run} succeeded, but the receipt of {party} for task {task} is missing.',
    zh: '运行 {run} 已成功，但缺少 {party} 对任务 {task} 的回执。',
    fix: restore,
  },
  AUDIT_RECEIPT_COUNT: {
    class: 'input',
    en: 'Run {run}: the ledger counts {expected} receipts of {member}, the log holds {found}.',
    zh: '运行 {run}：账本记有 {member} 的 {expected} 份回执，日志中有 {found} 份。',
    fix: restore,
  },
  AUDIT_USES_DIFFER: {
    class: 'input',
    en: 'Entry {entry}: the document and what its owner signed differ in: {what}.',
    zh: '第 {entry} 条记录：文档与其所有者签署的内容不一致，差异在于：{what}。',
    fix: {
      en: 'Ask the owner for the document again, and show it to another member if it stays so.',
      zh: '请向所有者重新索取该文档；若仍不一致，请交由其他成员核对。',
    },
  },
  AUDIT_USAGE_DIFFERS: {
    class: 'peer',
    en: 'Entry {entry}: what the receipt of {party} counts as used does not follow from its channels and the agreement: {what}.',
    zh: '第 {entry} 条记录：{party} 的回执所计的用量与其通道记录及约定书不符：{what}。',
    fix: dispute,
  },
  AUDIT_RELEASES_DIFFER: {
    class: 'input',
    en: 'Entry {entry}: the receipt counts other releases than the entries before it.',
    zh: '第 {entry} 条记录：回执中的披露计数与之前的记录不符。',
    fix: restore,
  },
  AUDIT_HEAD_FORKED: {
    class: 'peer',
    en: '{party} signed a ledger head at height {height} that is not the one of this node.',
    zh: '{party} 在高度 {height} 签署的账本链头与本节点的不同。',
    fix: askLedger,
  },
  AUDIT_HEAD_SIGNATURE: {
    class: 'peer',
    en: 'The ledger head at height {height} is not signed by the account of {party}.',
    zh: '高度 {height} 的账本链头不是由 {party} 的账户签名。',
    fix: askLedger,
  },
  AUDIT_HEAD_MISSING: {
    class: 'peer',
    en: 'No ledger head that covers the agreement of run {run} is signed by {party}.',
    zh: '没有由 {party} 签署且覆盖运行 {run} 约定书的账本链头。',
    fix: askLedger,
  },
})
