import { errorCatalog } from '@secureflow/base'

export const ledgerErrors = errorCatalog({
  LEDGER_NOT_BUILT: {
    class: 'input',
    en: 'The contracts of the ledger are not compiled.',
    zh: '账本合约尚未编译。',
    fix: { en: 'Run "npm run build" once.', zh: '请先执行一次“npm run build”。' },
  },
  LEDGER_GENESIS_REFUSED: {
    class: 'peer',
    en: 'The beginning of the ledger that was received is malformed.',
    zh: '收到的账本创世数据格式错误。',
    fix: {
      en: 'Ask the founder for a new invitation, and compare versions of the software.',
      zh: '请向网络发起方索取新的邀请，并比对软件版本。',
    },
  },
  LEDGER_CONTRACTS_DIFFER: {
    class: 'peer',
    en: 'The network begins with another contract "{contract}" than this release brings.',
    zh: '该网络的合约“{contract}”与本版本自带的不同。',
    fix: {
      en: 'Use the release with which the network was founded, or ask the founder where the contract comes from.',
      zh: '请使用创建该网络时的版本，或向发起方确认合约的来源。',
    },
  },
  LEDGER_OTHER_NETWORK: {
    class: 'input',
    en: 'The ledger stored in {folder} belongs to another network.',
    zh: '{folder} 中保存的账本属于另一个网络。',
    fix: { en: 'Give each network a home folder of its own.', zh: '请为每个网络使用单独的主目录。' },
  },
  LEDGER_DAMAGED: {
    class: 'internal',
    en: 'The stored ledger is damaged: {what}.',
    zh: '本地保存的账本已损坏：{what}。',
    fix: {
      en: 'Stop the node, move the ledger folder away and start again: the blocks are fetched from the other members.',
      zh: '请停止节点，移走账本目录后重新启动：区块将从其他成员处获取。',
    },
  },
  LEDGER_UNREACHABLE: {
    class: 'transport',
    en: 'The member that proposes blocks cannot be reached.',
    zh: '无法连接负责出块的成员。',
    fix: {
      en: 'It is tried again; see whether that node runs ("secureflow network members").',
      zh: '系统会自动重试；请确认该节点是否在运行（“secureflow network members”）。',
    },
  },
  LEDGER_BUSY: {
    class: 'transport',
    en: 'The member that proposes blocks has too many transactions waiting.',
    zh: '负责出块的成员等待处理的交易过多。',
    fix: { en: 'Try again a little later.', zh: '请稍后重试。' },
  },
  LEDGER_TRANSACTION_REFUSED: {
    class: 'input',
    en: 'The ledger did not take the transaction: {reason}.',
    zh: '账本未接受该交易：{reason}。',
    fix: {
      en: 'The account must belong to an active member; otherwise try again.',
      zh: '该账户必须属于有效成员；否则请重试。',
    },
  },
  LEDGER_TIMEOUT: {
    class: 'timeout',
    en: 'The ledger did not answer within {seconds} s: {what}.',
    zh: '账本在 {seconds} 秒内未响应：{what}。',
    fix: {
      en: 'See whether the members named are online, then try again.',
      zh: '请确认相关成员在线后重试。',
    },
  },
  LEDGER_CLOSED: {
    class: 'aborted',
    en: 'The ledger of this node is closed.',
    zh: '本节点的账本已关闭。',
    fix: { en: 'Start the node again.', zh: '请重新启动节点。' },
  },
  LEDGER_BLOCK_REFUSED: {
    class: 'peer',
    en: 'Block {height} was refused: {reason}.',
    zh: '区块 {height} 被拒绝：{reason}。',
    fix: {
      en: 'The proposer’s software or clock is wrong; nothing is signed until a right block comes.',
      zh: '出块方的软件或时钟有误；在收到正确区块之前不会签署任何内容。',
    },
  },
  LEDGER_FORKED: {
    class: 'peer',
    en: 'There are two signed histories of the ledger from height {height} on.',
    zh: '账本自高度 {height} 起存在两份已签署的历史。',
    fix: {
      en: 'No run starts here. Show the evidence ("secureflow audit verify") to the other members: it proves who signed both.',
      zh: '本节点不再启动任何运行。请把证据（“secureflow audit verify”）出示给其他成员：它能证明是谁签署了两份历史。',
    },
  },
  LEDGER_RPC_UNSUPPORTED: {
    class: 'input',
    en: 'The ledger does not offer "{method}".',
    zh: '账本不提供“{method}”。',
    fix: { en: 'Use the methods listed in docs/architecture.md.', zh: '请使用 docs/architecture.md 中列出的方法。' },
  },
  LEDGER_REVERTED: {
    class: 'input',
    en: 'A contract refused the call without a known reason.',
    zh: '合约拒绝了该调用，原因未知。',
    fix: { en: 'Compare the versions of contracts and software.', zh: '请比对合约与软件的版本。' },
  },
})
