import { errorCatalog } from '@secureflow/base'

export const draftErrors = errorCatalog({
  DRAFT_CHANGED: {
    class: 'input',
    en: '{who} saved version {version} of this flow in the meantime.',
    zh: '{who} 在此期间保存了该流程的第 {version} 版。',
    fix: { en: 'Load it, or save yours as a new flow.', zh: '请载入该版本，或将您的版本另存为新流程。' },
  },
})
