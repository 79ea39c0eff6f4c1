/** 命令的全部中文文案；错误信息自带中文句子。 */

import type { en } from './en.ts'
import { asset } from './zh/asset.ts'
import { backup } from './zh/backup.ts'
import { member } from './zh/member.ts'
import { people } from './zh/people.ts'
import { request } from './zh/request.ts'
import { space } from './zh/space.ts'
import { usage } from './zh/usage.ts'

export const zh: typeof en = {
  tagline: '数据不出门，机构间也能共同计算。',
  examples: `secureflow demo                                 在本机启动三个节点，训练一个联合模型
secureflow init --name bank-a                   创建成员
secureflow node start                           运行其节点
secureflow network join sf1-...                 加入网络
secureflow data add loans.csv --name loans --id id --label default
secureflow flow check flow.yaml                 发送任何内容之前，先看会披露什么
secureflow flow run flow.yaml`,
  help: {
    examples: '示例：',
    option: '显示帮助',
    codes: `退出码：0 完成，2 输入有误，3 不被允许，4 合作方有偏离行为，5 连接，6 超时，
        7 已取消，70 程序自身故障`,
    titles: {
      'Usage:': '用法：',
      'Options:': '选项：',
      'Global Options:': '通用选项：',
      'Arguments:': '参数：',
      'Commands:': '命令：',
    },
  },
  options: {
    home: '成员的主目录（默认取 SECUREFLOW_HOME，其次 ~/.secureflow）',
    locale: '输出语言，en 或 zh（默认取自 LC_ALL 或 LANG）',
    json: '以 JSON 输出',
    version: '显示版本',
  },
  people: people.say,
  backup: backup.say,
  error: { party: '相关方', fix: '处理', class: '类别', exit: '退出码' },
  commands: {
    ...asset.commands,
    ...member.commands,
    ...usage.commands,
    ...space.commands,
    ...request.commands,
    ...people.commands,
    ...backup.commands,
    init: {
      about: '创建成员：在主目录中生成密钥、证书和配置',
      examples: `secureflow init --name bank-a
SECUREFLOW_PASSPHRASE=... secureflow init --name bank-b --peers 0.0.0.0:7441 --advertise bank-b.example:7441`,
      name: '成员短名：小写字母、数字、短横线',
      people: '人员访问节点的地址，host:port（端口 0 表示由系统选择）',
      peers: '合作方访问节点的地址，host:port；填 none 表示只向外拨号',
      advertise: '合作方实际使用的 host:port（与 --peers 不同时填写）',
    },
    node: { about: '运行、查看和停止成员的节点' },
    nodeStart: {
      about: '在前台运行节点，直到收到停止指令',
      examples: `secureflow node start
secureflow --home ~/bank-a node start --json      就绪后输出一行 JSON`,
    },
    nodeStatus: { about: '本节点的身份与连接情况', examples: 'secureflow node status --json' },
    nodeStop: { about: '有序停止正在运行的节点' },
    nodeRenew: { about: '用原密钥更新证书，节点运行与否均可' },
    network: { about: '创建网络、邀请成员、加入网络' },
    networkCreate: {
      about: '创建网络：由本节点承载账本',
      examples: `secureflow network create
secureflow network create --quorum 2               成员的加入与退出须两名成员同意`,
      quorum: '通过提案所需的票数；为 1 时由发起方独自决定',
    },
    networkInvite: {
      about: '签发邀请：仅限一名成员使用一次，限时有效',
      examples: 'secureflow network invite --hours 4',
      hours: '有效时长（小时）',
    },
    networkJoin: {
      about: '凭邀请加入网络',
      examples: 'secureflow network join sf1-...',
      noWait: '由成员表决时不等待结果；节点会自动完成',
    },
    networkMembers: { about: '网络成员及其连接', examples: 'secureflow network members --json' },
    data: { about: '登记和查看数据集；数据留在原处' },
    dataAdd: {
      about: '登记 CSV 或 Parquet 文件；未给出条款时拒绝一切使用',
      examples: `secureflow data add loans.csv --name loans --id id --label default --terms terms.yaml
secureflow data add payments.parquet --name payments --id id --allow bank-a,centre

terms.yaml，未写明的一律拒绝：
members: [bank-a, centre]
purposes: [credit]
components: any
disclosures: { row-count: [bank-a], matched-rows: [bank-a] }
minimumRows: 1000
expires: 2027-12-31`,
      name: '数据集短名',
      id: '标识每一行的列',
      label: '模型要预测的列',
      terms: '写明使用条件的 YAML 或 JSON 文件',
      allow: '可任意使用该数据的成员，以逗号分隔，有效期一年',
    },
    dataList: {
      about: '本成员的数据集，或其他成员向其提供的数据集',
      examples: `secureflow data list
secureflow data list --of bank-b`,
      of: '其他成员',
    },
    dataShow: { about: '单个数据集及其条款' },
    flow: { about: '检查和运行流程' },
    flowCheck: {
      about: '流程会披露什么、代价多少、各数据方是否允许',
      examples: 'secureflow flow check flows/joint-credit.yaml',
    },
    flowRun: {
      about: '提出流程，各方签署后运行，并跟踪进度',
      examples: `secureflow flow run flows/joint-credit.yaml
secureflow flow run flows/joint-credit.yaml --detach`,
      detach: '取得运行编号后立即返回',
      wait: '如需他人先行同意，则等待其同意后跟踪运行',
    },
    run: { about: '查看、跟踪和终止运行' },
    runList: { about: '本节点参与的运行' },
    runWatch: {
      about: '跟踪一次运行直至结束',
      examples: `secureflow run watch 0x3f...
secureflow run watch 0x3f... --json               每行一个事件`,
    },
    runShow: { about: '单次运行：任务、结果、披露内容' },
    runCancel: { about: '为所有参与方终止运行' },
    audit: { about: '证明发生过什么' },
    auditVerify: {
      about: '将本节点的记录与账本核对：签名、摘要、顺序、完整性',
      examples: 'secureflow audit verify --json',
    },
    console: {
      about: '在浏览器中使用本节点的地址；尚无账户时给出创建首个账户的链接',
      examples: 'secureflow console',
    },
    explain: { about: '错误代码的含义与处理办法', examples: 'secureflow explain HOME_LOCKED' },
  },
  asset,
  init: {
    made: (name) => `已创建成员 ${name}。`,
    passphrase: (file) =>
      `密钥已用随机口令加密，口令保存在 ${file}。
能读到该文件的人即可使用密钥。生产环境请改为在初始化和每次启动时设置 SECUREFLOW_PASSPHRASE。`,
  },
  node: {
    up: (name) => `${name} 已启动。`,
    ending: '正在停止……',
    stopped: '节点正在停止。',
    renewed: (until) => `证书有效期至 ${until}。请重新启动节点以启用。`,
    noNetwork: '尚未加入：network create 或 network join',
  },
  network: {
    created: (id) => `已创建网络 ${id}。`,
    joined: (id) => `已加入网络 ${id}。`,
    invitation: (until) => `仅限一名成员使用一次，有效期至 ${until}：`,
  },
  data: {
    added: (name, rows, columns) => `已登记 ${name}：${rows} 行，${columns} 列。`,
    denied: '其条款拒绝一切使用。请用 --terms 或 --allow 给出条款。',
    noneOffered: '该成员没有向本成员提供数据集。',
    none: '尚无数据集：secureflow data add 文件 --name 名称 --id 列名',
  },
  flow: {
    problems: '该流程目前无法运行：',
    step: '步骤',
    line: (n) => `第 ${n} 行`,
    rule: '条款',
    denies: (owner) => `${owner} 不允许该流程`,
    wouldPass: '改动后可通过',
    allows: (owner, asset) => `${owner} 允许（${asset}）`,
    asksPeople: (owner, asset) => `${owner} 需先经人工同意（${asset}）`,
    nothingSent: '除提议本身外，没有发送任何内容。',
    scratch: (size) => `运行期间临时磁盘空间不超过 ${size}`,
    costs: (time, rounds, memory) => `预计耗时 ${time}，${rounds} 轮通信，单方内存不超过 ${memory}`,
    started: (run) => `运行 ${run}`,
  },
  run: {
    none: '尚无运行：secureflow flow run 文件',
    proposed: (flow, parties) => `${flow}：已向 ${parties} 提出`,
    signed: (party) => `${party} 已签署`,
    agreed: '各方均已签署',
    registered: (height) => `已登记到账本，高度 ${height}`,
    anchored: '回执已上账本',
    succeeded: (time) => `运行成功，用时 ${time}。`,
    failed: (code, party, step) => `运行失败：${code}，${party}，步骤 ${step}。`,
    attempt: (n) => `第 ${n} 次尝试`,
    cancelled: '已为所有参与方终止该运行。',
    done: '完成',
    attemptFailed: '本次尝试失败',
    status: { proposed: '待签署', running: '运行中', succeeded: '成功', failed: '失败' },
    task: { waiting: '等待', running: '运行中', finished: '完成', failed: '失败' },
  },
  console: {
    open: (f: string) => `请在浏览器中打开此地址。证书由节点自签，其公钥的 SHA-256 为\n${f}`,
    first: (u: string) => `请用此链接创建首个账户（一次有效，至 ${u}）：`,
  },
  audit: {
    ok: (entries, receipts, runs) => `核对无误：共检查 ${entries} 条记录、${receipts} 份回执、${runs} 次运行。`,
    bad: (n) => `发现 ${n} 处问题：`,
  },
  member: member.say,
  usage: usage.say,
  space: space.say,
  request: request.say,
  columns: {
    member: '成员',
    account: '账户',
    key: '密钥指纹',
    address: '地址',
    link: '连接',
    name: '名称',
    rows: '行数',
    columns: '列',
    id: '标识列',
    label: '标签列',
    ledger: '账本',
    run: '运行',
    flow: '流程',
    status: '状态',
    started: '开始时间',
    parties: '参与方',
    people: '人员入口',
    peers: '对端入口',
    network: '网络',
    height: '高度',
    certificate: '证书有效期至',
    file: '文件',
    digest: '摘要',
    terms: '条款',
    step: '步骤',
    component: '组件',
    seconds: '秒',
    output: '输出',
    yes: '是',
    no: '否',
    self: '本节点',
    up: '已连接',
    down: '未连接',
    founder: '创建者',
  },
}
