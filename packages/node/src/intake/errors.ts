import { errorCatalog } from '@secureflow/base'

export const intakeErrors = errorCatalog({
  IMPORT_TOO_LARGE: {
    class: 'input',
    en: 'The file has {size} bytes; this node takes in {allowed} at most.',
    zh: '文件为 {size} 字节；本节点最多接收 {allowed} 字节。',
    fix: {
      en: 'Divide the table, register it by its path on the machine of the node, or raise data.uploadBytes in config.json.',
      zh: '请拆分表格、改用节点所在机器上的路径登记，或在 config.json 中调高 data.uploadBytes。',
    },
  },
  IMPORT_NO_SPACE: {
    class: 'input',
    en: 'The disk of this node has {free} bytes left; the import needs about {needed}.',
    zh: '本节点磁盘剩余 {free} 字节；导入约需 {needed} 字节。',
    fix: { en: 'Free some space and begin again.', zh: '请释放磁盘空间后重试。' },
  },
  IMPORT_TOO_MANY: {
    class: 'input',
    en: '{count} imports are begun and not finished.',
    zh: '已有 {count} 个导入尚未完成。',
    fix: { en: 'Finish or cancel one of them.', zh: '请先完成或取消其中一个。' },
  },
  IMPORT_STATE: {
    class: 'input',
    en: 'The import is at "{state}", and this needs {needed}.',
    zh: '导入处于“{state}”阶段，此操作需要：{needed}。',
    fix: { en: 'Wait until it is there, or begin again.', zh: '请等待其完成，或重新开始。' },
  },
  IMPORT_OFFSET: {
    class: 'input',
    en: 'The piece begins at byte {from}; {received} bytes are here.',
    zh: '该段从第 {from} 字节开始；已接收 {received} 字节。',
    fix: { en: 'Send the piece that begins at {received}.', zh: '请发送从第 {received} 字节开始的内容。' },
  },
  IMPORT_PIECE: {
    class: 'input',
    en: 'The piece is larger than it may be: {allowed} bytes at most.',
    zh: '该段超出允许的大小：最多 {allowed} 字节。',
    fix: {
      en: 'Send smaller pieces, and no more than the file was said to have.',
      zh: '请发送更小的分段，且总量不超过声明的文件大小。',
    },
  },
  IMPORT_ROLES: {
    class: 'input',
    en: 'One column must be the id and at most one the label; there are {ids} and {labels}.',
    zh: '应有且仅有一列为 id、至多一列为标签；当前分别为 {ids} 和 {labels}。',
    fix: { en: 'Correct the roles of the columns.', zh: '请更正各列的角色。' },
  },
  IMPORT_COLUMNS: {
    class: 'input',
    en: 'The table has {expected} columns, {received} were settled.',
    zh: '该表有 {expected} 列，但只确定了 {received} 列。',
    fix: { en: 'Settle each column, in the order of the table.', zh: '请按表中顺序确定每一列。' },
  },
  IMPORT_QUESTION: {
    class: 'input',
    en: 'A table or a query was expected, and one of them only.',
    zh: '应给出数据表或查询，且只能给出其一。',
    fix: { en: 'Name a table, or write a query.', zh: '请选择一张数据表，或填写查询。' },
  },
  IMPORT_BAD_ROWS: {
    class: 'input',
    en: '{bad} rows cannot be used, and nobody said that they may be left out.',
    zh: '有 {bad} 行无法使用，且尚未确认可以剔除。',
    fix: {
      en: 'Look at them, then leave them out, or correct the source and begin again.',
      zh: '请查看这些行，然后确认剔除，或更正来源后重新导入。',
    },
  },
  CONNECTION_UNKNOWN: {
    class: 'input',
    en: 'There is no connection "{name}".',
    zh: '没有名为“{name}”的数据库连接。',
    fix: { en: 'List the connections, or add it.', zh: '请查看现有连接，或新增该连接。' },
  },
  CONNECTION_PASSWORD: {
    class: 'input',
    en: 'The connection "{name}" needs its password: it is new, or leads to another place than before.',
    zh: '连接“{name}”需要输入密码：它是新建的，或目标地址已更改。',
    fix: { en: 'Give the password of the database user.', zh: '请输入数据库用户的密码。' },
  },
})
