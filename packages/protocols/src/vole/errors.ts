import { errorCatalog } from '@secureflow/base'

export const voleErrors = errorCatalog({
  VOLE_CHECK_FAILED: {
    class: 'peer',
    en: 'The partner failed the consistency check of the vector correlation.',
    zh: '合作方未通过向量关联的一致性检查。',
    fix: {
      en: 'The partner deviates from the protocol or runs another version; do not retry before asking them.',
      zh: '合作方偏离了协议或运行了其他版本；重试前请先联系对方。',
    },
  },
})
