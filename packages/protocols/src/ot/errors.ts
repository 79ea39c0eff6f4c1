import { errorCatalog } from '@secureflow/base'

const askPartner = {
  en: 'The partner deviates from the protocol or runs another version; do not retry before asking them.',
  zh: '合作方偏离了协议或运行了其他版本；重试前请先联系对方。',
}

export const otErrors = errorCatalog({
  OT_INVALID_POINT: {
    class: 'peer',
    en: 'A point in "{label}" is not valid on the curve.',
    zh: '“{label}”中有一个点不是有效的曲线点。',
    fix: askPartner,
  },
  OT_CHECK_FAILED: {
    class: 'peer',
    en: 'The partner failed the consistency check of the oblivious transfers.',
    zh: '合作方未通过不经意传输的一致性检查。',
    fix: askPartner,
  },
})
