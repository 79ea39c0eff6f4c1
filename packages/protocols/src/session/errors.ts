import { errorCatalog } from '@secureflow/base'

export const sessionErrors = errorCatalog({
  SESSION_MISMATCH: {
    class: 'peer',
    en: 'The partner began this task with another {what}.',
    zh: '合作方开始此任务时的 {what} 与本方不一致。',
    fix: {
      en: 'Both sides must run the agreed version; compare versions and run again.',
      zh: '双方必须运行约定的版本；请比对版本后重新运行。',
    },
  },
})
