import { errorCatalog } from '@secureflow/base'

export const tableErrors = errorCatalog({
  TABLE_MALFORMED: {
    class: 'internal',
    en: 'A stored table could not be read back: {reason}.',
    zh: '无法读回已存储的数据表：{reason}。',
    fix: {
      en: 'The file was altered or cut short; run the step again.',
      zh: '文件已被改动或不完整；请重新运行该步骤。',
    },
  },
})
