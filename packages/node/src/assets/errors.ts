import { errorCatalog } from '@secureflow/base'

export const assetErrors = errorCatalog({
  ASSET_EXISTS: {
    class: 'input',
    en: 'There is already a dataset "{name}" with other content or terms.',
    zh: '已有名为“{name}”的数据集，其内容或条款不同。',
    fix: { en: 'Choose another name, for instance with a version.', zh: '请换一个名称，例如加上版本号。' },
  },
  ASSET_NAME: {
    class: 'input',
    en: 'The name "{name}" is not allowed for a dataset.',
    zh: '数据集名称“{name}”不符合要求。',
    fix: {
      en: 'Use letters, digits, dots, dashes and underscores, beginning with a letter.',
      zh: '请使用字母、数字、点、短横线和下划线，并以字母开头。',
    },
  },
  ASSET_TERMS_TWICE: {
    class: 'input',
    en: 'Terms and a list of allowed members were both given.',
    zh: '同时给出了条款和允许的成员名单。',
    fix: { en: 'Give one of them.', zh: '只能给出其中之一。' },
  },
  ASSET_DIFFERS: {
    class: 'peer',
    en: 'What {owner} says about the dataset "{name}" is not what the ledger holds.',
    zh: '{owner} 所述的数据集“{name}”与账本记录不符。',
    fix: { en: '{owner} must register its dataset again.', zh: '{owner} 需要重新登记该数据集。' },
  },
})
