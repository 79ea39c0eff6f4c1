import { errorCatalog } from '@secureflow/base'

export const assetErrors = errorCatalog({
  ASSET_EXISTS: {
    class: 'input',
    en: 'There is already an asset "{name}" with other content or terms.',
    zh: '已有名为“{name}”的资产，其内容或条款不同。',
    fix: {
      en: 'Register it as the next version: secureflow data version; or choose another name.',
      zh: '请将其登记为新版本：secureflow data version；或换一个名称。',
    },
  },
  ASSET_NAME: {
    class: 'input',
    en: 'The name "{name}" is not allowed for an asset.',
    zh: '资产名称“{name}”不符合要求。',
    fix: {
      en: 'Use letters, digits, dots, dashes and underscores, beginning with a letter; 64 at most.',
      zh: '请使用字母、数字、点、短横线和下划线，以字母开头，最多 64 个字符。',
    },
  },
  ASSET_TERMS_TWICE: {
    class: 'input',
    en: 'Terms and a list of allowed members were both given.',
    zh: '同时给出了条款和允许的成员名单。',
    fix: { en: 'Give one of them.', zh: '只能给出其中之一。' },
  },
  ASSET_UNCHANGED: {
    class: 'input',
    en: 'The new version of "{name}" would be the same as the present one.',
    zh: '“{name}”的新版本与当前版本相同。',
    fix: { en: 'Nothing needs to be done.', zh: '无需处理。' },
  },
  ASSET_TOO_LARGE: {
    class: 'input',
    en: 'The description of "{name}" has {actual} bytes, at most {allowed} are allowed.',
    zh: '“{name}”的描述为 {actual} 字节，最多允许 {allowed} 字节。',
    fix: { en: 'Shorten texts, parameters or column names.', zh: '请缩短文字、参数或列名。' },
  },
  ASSET_DESCRIPTION: {
    class: 'input',
    en: 'The description of "{name}" is not allowed: {where}.',
    zh: '“{name}”的描述不符合要求：{where}。',
    fix: { en: 'Correct {where}.', zh: '请更正 {where}。' },
  },
  ASSET_AMBIGUOUS: {
    class: 'input',
    en: '"{name}" stands for {count} assets.',
    zh: '“{name}”对应 {count} 个资产。',
    fix: { en: 'Give more digits of the token, or owner/name.', zh: '请给出更多位令牌编号，或使用“所有方/名称”。' },
  },
  ASSET_NOT_OWN: {
    class: 'policy',
    en: 'The asset {name} belongs to {owner}.',
    zh: '资产 {name} 属于 {owner}。',
    fix: { en: 'Ask {owner} to do it.', zh: '请联系 {owner} 处理。' },
  },
  ASSET_NOT_ON_LEDGER: {
    class: 'input',
    en: 'The asset "{name}" is not on the ledger yet.',
    zh: '资产“{name}”尚未登记到账本。',
    fix: { en: 'Join a network, or wait until the ledger can be reached.', zh: '请加入网络，或等待账本恢复连接。' },
  },
  ASSET_HIDDEN: {
    class: 'policy',
    en: 'The description of the asset {name} is not known here.',
    zh: '本节点尚不知道资产 {name} 的描述。',
    fix: { en: 'Its owner must show it to this member and be linked.', zh: '需要其所有方对本成员公开，并保持连接。' },
  },
  ASSET_FILE_DIFFERS: {
    class: 'input',
    en: 'The file is not the data of "{name}": {what} differs.',
    zh: '该文件不是“{name}”的数据：{what} 不一致。',
    fix: { en: 'Ask the former owner for the file as it was registered.', zh: '请向原所有方索取登记时的文件。' },
  },
  ASSET_NO_MODEL: {
    class: 'input',
    en: 'Run {run} left {count} models at this node that match.',
    zh: '运行 {run} 在本节点留下的匹配模型有 {count} 个。',
    fix: {
      en: 'Name a run that succeeded and, of several, the step: secureflow run show.',
      zh: '请指定成功的运行；如有多个模型，请指定步骤：secureflow run show。',
    },
  },
  ASSET_DIFFERS: {
    class: 'peer',
    en: 'What {owner} says about the asset "{name}" is not what the ledger holds.',
    zh: '{owner} 所述的资产“{name}”与账本记录不符。',
    fix: { en: '{owner} must register its asset again.', zh: '{owner} 需要重新登记该资产。' },
  },
})
