/** What a declaration may find wrong with a step before anything runs. */
import { errorCatalog } from '@secureflow/base'

export const stepErrors = errorCatalog({
  STEP_NO_COLUMN: {
    class: 'input',
    en: '{member} has no column "{column}" here.',
    zh: '{member} 在此处没有列“{column}”。',
    fix: { en: 'Name one of: {columns}.', zh: '请改用以下列之一：{columns}。' },
  },
  STEP_COLUMN_TYPE: {
    class: 'input',
    en: 'Column "{column}" of {member} is {actual}; {expected} is needed.',
    zh: '{member} 的列“{column}”类型为 {actual}，需要 {expected}。',
    fix: {
      en: 'Choose another column, or register the data with the right column type.',
      zh: '请改选其他列，或以正确的列类型登记数据。',
    },
  },
  STEP_PSI_SECURITY: {
    class: 'input',
    en: 'Protocol "{protocol}" holds against members that follow it, not against malicious ones.',
    zh: '协议“{protocol}”只在成员遵守协议时成立，不具备恶意安全。',
    fix: { en: 'Set "protocol" to rr22 or auto.', zh: '请把“protocol”设为 rr22 或 auto。' },
  },
  STEP_PSI_SUITE: {
    class: 'input',
    en: 'Only protocol "ecdh" computes in a group such as "{suite}"; rr22 and malicious security do not.',
    zh: '只有协议“ecdh”在“{suite}”这类群上计算；rr22 与恶意安全模式不使用群。',
    fix: {
      en: 'Leave out "suite", or set "protocol" to ecdh or auto and "security" to semi-honest.',
      zh: '请去掉“suite”，或把“protocol”设为 ecdh 或 auto，并把“security”设为 semi-honest。',
    },
  },
  STEP_PSI_BUCKETS: {
    class: 'input',
    en: 'Protocol "ecdh" does not divide the rows into {buckets} buckets.',
    zh: '协议“ecdh”不支持将行划分为 {buckets} 个桶。',
    fix: { en: 'Leave out "buckets", or set "protocol" to rr22.', zh: '请去掉“buckets”，或把“protocol”设为 rr22。' },
  },
  STEP_PSI_BUCKETS_DELIVERS: {
    class: 'input',
    en: 'Columns are delivered by an intersection in one piece, not in {buckets} buckets.',
    zh: '送达列时求交须一次完成，不支持划分为 {buckets} 个桶。',
    fix: {
      en: 'Leave out "buckets", or take the columns out of "delivers".',
      zh: '请去掉“buckets”，或清空“delivers”。',
    },
  },
  STEP_PSI_KEY: {
    class: 'input',
    en: 'Rows are compared by one identifier or by keys of several columns: {given} given.',
    zh: '行的比对应使用一个标识列或多列键，二者取一：现给出 {given}。',
    fix: { en: 'Set either "on" or "keys".', zh: '请只设置“on”或“keys”之一。' },
  },
  STEP_PSI_DELIVERS: {
    class: 'input',
    en: 'Column "{column}" of {member} cannot be delivered: {to} does not learn the rows in common.',
    zh: '无法送达 {member} 的列“{column}”：{to} 不知晓共有行。',
    fix: {
      en: 'Let {to} learn them ("learns"), or take the column out of "delivers".',
      zh: '请让 {to} 知晓（“learns”），或将该列从“delivers”中去掉。',
    },
  },
  STEP_PSI_DELIVERED_TWICE: {
    class: 'input',
    en: '{member} already has a column "{column}", the name that a delivered column would get.',
    zh: '{member} 已有列“{column}”，与送达列将使用的名称相同。',
    fix: { en: 'Read its table without that column.', zh: '请在读取其数据表时去掉该列。' },
  },
  STEP_PSI_PADDING: {
    class: 'input',
    en: '{member} may bring {rows} rows, more than {size}, the size that is to hide their number.',
    zh: '{member} 可能提供 {rows} 行，超出了用于隐藏行数的规模 {size}。',
    fix: { en: 'Fill up to at least {rows}, or write power-of-two.', zh: '请设为至少 {rows}，或填写 power-of-two。' },
  },
  STEP_NO_FEATURES: {
    class: 'input',
    en: '{member} brings no column of numbers to learn from.',
    zh: '{member} 没有可用于学习的数值列。',
    fix: {
      en: 'Read at least one column of numbers besides identifier and label.',
      zh: '除标识列和标签外，请至少读取一个数值列。',
    },
  },
  STEP_LABEL_AS_FEATURE: {
    class: 'input',
    en: 'Column "{column}" of {member} is the label and cannot be a feature as well.',
    zh: '{member} 的列“{column}”是标签，不能同时作为特征。',
    fix: { en: 'Take it out of the features.', zh: '请将其从特征中去掉。' },
  },
  STEP_MEMBER_HOLDS_NOTHING: {
    class: 'input',
    en: '{member} does not hold "{port}", which it needs here; {holders} does.',
    zh: '{member} 不持有此处所需的“{port}”；持有方为 {holders}。',
    fix: {
      en: 'Name a member that holds it, or bring it there by an earlier step.',
      zh: '请指定持有它的成员，或先用前面的步骤把它送到该成员处。',
    },
  },
  STEP_NO_ROWS: {
    class: 'input',
    en: 'The dataset {asset} of {member} has no rows.',
    zh: '{member} 的数据集 {asset} 没有任何行。',
    fix: { en: 'Register a version that has rows.', zh: '请登记含有数据行的版本。' },
  },
  STEP_TOO_MANY_ROWS: {
    class: 'input',
    en: 'Training together takes at most {allowed} rows; here there may be {rows}.',
    zh: '联合训练最多使用 {allowed} 行；此处可能有 {rows} 行。',
    fix: { en: 'Train on a part of the rows.', zh: '请只用一部分行训练。' },
  },
  STEP_TOO_MANY_ITERATIONS: {
    class: 'input',
    en: 'Training would take {iterations} iterations; at most {allowed} are allowed.',
    zh: '训练将需要 {iterations} 次迭代，最多允许 {allowed} 次。',
    fix: { en: 'Take larger batches or fewer epochs.', zh: '请增大批大小或减少轮数。' },
  },
  STEP_EVERY_NEEDS_ORDER: {
    class: 'input',
    en: 'Taking every {every}th row needs an order that all parties share.',
    zh: '每隔 {every} 行抽取一行需要各方一致的行顺序。',
    fix: { en: 'Set "by" to the identifier column.', zh: '请把“by”设为标识列。' },
  },
})
