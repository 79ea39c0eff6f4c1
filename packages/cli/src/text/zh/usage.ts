/** `secureflow usage`、`data uses` 与 `audit uses` 的中文文本。 */
import type { usage as en } from '../en/usage.ts'

export const usage: typeof en = {
  commands: {
    usage: {
      about: '各次运行的用量：时间、字节、内存、行数、次数，以及由谁计量',
      examples: `secureflow usage
secureflow usage --by asset --since 2026-01-01
secureflow usage --by partner --json`,
      by: 'run、asset 或 partner（默认：run）',
      since: '自该日起开始的运行：2026-01-31，或一个时刻',
    },
    dataUses: {
      about: '某数据集被如何使用：由谁、出于何种目的、披露了什么，附证据；不含任何数据行',
      examples: `secureflow data uses payments
secureflow data uses payments --export payments.json      可用“audit uses”核对
secureflow --locale zh data uses payments --export payments.html`,
      export: '写入此文件：.json 含证据，.md 或 .html 供阅读',
    },
    auditUses: {
      about: '核对“data uses”导出的文档：签名，以及应与账本比对的根',
      examples: 'secureflow audit uses payments.json',
    },
  },
  say: {
    none: '没有运行。',
    unreadable: (n) => `有 ${n} 次运行由其他版本写入，此处未列出。`,
    here: '本节点',
    receipts: '据其回执',
    measured: `时间与内存由各方自行计量：本节点为实测，合作方以其签名回执为准。字节数两端按摘要一致。
合作方单独计算的部分，以及没有回执的尝试，其他方无从计量。`,
    unseen: (n) => `${n} 个任务在此没有回执`,
    failedAttempts: (n) => `${n} 次尝试没有回执`,
    written: (file) => `已写入 ${file}。`,
    columns: {
      by: '计量方',
      tasks: '任务',
      cpu: '处理器秒',
      memory: '内存',
      dataset: '数据集',
      asked: '询问',
      refused: '拒绝',
      uses: '次数',
      failed: '失败',
      releases: '披露',
      epsilon: 'epsilon',
      askers: '使用方',
      last: '最近使用',
      runs: '运行',
      partner: '合作方',
      note: '未知',
    },
    audit: {
      ok: (releases) => `共 ${releases} 次披露，均在离开之前签名。没有不一致。`,
      unanchored: (n) => `其中 ${n} 次已签名，但尚未归入账本上的根。`,
      root: (root, size, run) => `账本上运行 ${run} 应有：${size} 条记录的根 ${root}。`,
      form: '不是“data uses --export FILE.json”导出的文档。',
    },
    page: {
      title: (name) => `数据集“${name}”的使用情况`,
      intro: (owner, date) =>
        `由数据持有方 ${owner} 于 ${date} 根据其签名日志出具。数据本身留在持有方处；其他各方得知的内容如下。本页不含任何数据行。`,
      none: '未与其他方共同使用过。',
      unreadable: (n) => `有 ${n} 次使用由其他版本的程序记录，此处未列出。`,
      run: (n, flow) => `第 ${n} 次使用：${flow}`,
      facts: {
        purpose: '目的',
        initiator: '发起方',
        parties: '参与方',
        when: '时间',
        status: '结果',
        rows: '数据集行数',
        terms: '所有者条款（哈希）',
        grant: '所有者在账本上的授权',
        run: '账本上的约定书编号',
      },
      none_: '（未写明）',
      status: { proposed: '已约定，未开始', running: '进行中', succeeded: '已完成', failed: '提前结束' },
      until: (from, to) => `${from} 至 ${to}`,
      steps: '经过的步骤',
      step: (step, component, parties) => `${step}（${component}），在 ${parties}`,
      columns: (said, names) => `${said}；列：${names}`,
      agreed: '约定其他方可得知的内容',
      learns: (to, what) => `${to}：${what}`,
      nothing: '无。',
      released: '实际披露的内容，每一项均由所有者事先签名',
      release: (at, to, what, count, entry) => `${at}：向 ${to} 披露 ${what}，${count} 个元素，日志第 ${entry} 条`,
      receipts: (n) => `为此保存了 ${n} 份签名回执。`,
      proofs: '如何证明',
      proof: (account, network) =>
        `每条记录均由所有者在网络 ${network} 中的账本账户 ${account} 签名。含证据的文件（JSON）包括签名记录及其通向账本所载根的路径；“secureflow audit uses 文件”可核对，网络的任一成员均可比对这些根。`,
      roots: (run, root, size) => `运行 ${run}：${size} 条记录的根 ${root}`,
    },
  },
}
