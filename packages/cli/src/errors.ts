import { errorCatalog } from '@secureflow/base'

export const cliErrors = errorCatalog({
  CLI_UNKNOWN_COMMAND: {
    class: 'input',
    en: 'There is no command "{name}".',
    zh: '没有名为“{name}”的命令。',
    fix: { en: 'See what there is: secureflow --help.', zh: '查看可用命令：secureflow --help。' },
  },
  CLI_UNKNOWN_OPTION: {
    class: 'input',
    en: 'There is no option "{name}" here.',
    zh: '此处没有选项“{name}”。',
    fix: { en: 'See the options of a command with --help.', zh: '用 --help 查看命令的选项。' },
  },
  CLI_MISSING: {
    class: 'input',
    en: 'The command needs {name}.',
    zh: '该命令缺少 {name}。',
    fix: { en: 'See examples with --help.', zh: '用 --help 查看示例。' },
  },
  CLI_TOO_MUCH: {
    class: 'input',
    en: 'The command takes fewer arguments.',
    zh: '该命令的参数过多。',
    fix: { en: 'Put names with spaces into quotes; see --help.', zh: '含空格的名称请加引号；参见 --help。' },
  },
  SPACE_FILE_DATA: {
    class: 'input',
    en: '{member} offers no "{name}" to this member.',
    zh: '{member} 未向本成员提供“{name}”。',
    fix: {
      en: 'See what it offers: secureflow data list --of {member}.',
      zh: '查看其提供的数据：secureflow data list --of {member}。',
    },
  },
  CLI_INVALID: {
    class: 'input',
    en: 'The value of "{name}" is not allowed: expected {expected}.',
    zh: '“{name}”的值无效：应为 {expected}。',
    fix: { en: 'Correct the value; see --help.', zh: '请更正该值；参见 --help。' },
  },
  CLI_WRITE: {
    class: 'input',
    en: 'The file {file} cannot be written, or is there already.',
    zh: '无法写入文件 {file}，或该文件已存在。',
    fix: { en: 'Choose another name or folder; no file is overwritten.', zh: '请换一个名称或目录；不会覆盖已有文件。' },
  },
  CLI_OTHER_KEY: {
    class: 'peer',
    en: 'The node at {url} shows another key than SECUREFLOW_FINGERPRINT: nothing was sent to it.',
    zh: '{url} 上的节点出示的密钥与 SECUREFLOW_FINGERPRINT 不符：没有向其发送任何内容。',
    fix: {
      en: 'Ask whoever runs the node: "secureflow node status" there prints the fingerprint.',
      zh: '请向节点运维人员核实：在该处运行 “secureflow node status” 可查看指纹。',
    },
  },
  CLI_NOBODY: {
    class: 'input',
    en: 'Nobody at this node is called "{name}".',
    zh: '本节点没有名为“{name}”的账户。',
    fix: { en: 'See who there is: secureflow people list.', zh: '查看账户：secureflow people list。' },
  },
  REQUEST_ENDED: {
    class: 'policy',
    en: 'The request {id} comes to no run: {status} ({code}), {who}.',
    zh: '申请 {id} 未能转为运行：{status}（{code}），{who}。',
    fix: {
      en: '"secureflow request show {id}" says why, as far as it was told.',
      zh: '“secureflow request show {id}”会显示对方所告知的理由。',
    },
  },
  CLI_FILE: {
    class: 'input',
    en: 'The file {file} cannot be read.',
    zh: '无法读取文件 {file}。',
    fix: { en: 'Check the path and its permissions.', zh: '请检查路径及其权限。' },
  },
  DEMO_OWN_FILES: {
    class: 'input',
    en: 'Own files need all four of --a, --b, --label and --id.',
    zh: '使用自己的文件需要同时给出 --a、--b、--label 和 --id。',
    fix: { en: 'Give all four, or none for the invented tables.', zh: '请给出全部四项；都不给则使用虚构的表。' },
  },
  DEMO_NODE_DIED: {
    class: 'internal',
    en: 'The node of {member} ended before it was ready.',
    zh: '{member} 的节点在就绪之前已退出。',
    fix: { en: 'See {home}/logs for the reason.', zh: '原因见 {home}/logs。' },
  },
  DEMO_NOT_LINKED: {
    class: 'transport',
    en: 'The three nodes did not find each other within 10 s.',
    zh: '三个节点未能在 10 秒内互相连接。',
    fix: {
      en: 'See whether something blocks connections on the loopback address.',
      zh: '请检查回环地址上的连接是否被拦截。',
    },
  },
})
