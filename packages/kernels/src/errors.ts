import { errorCatalog } from '@secureflow/base'

export const kernelErrors = errorCatalog({
  KERNEL_MEMORY: {
    class: 'input',
    en: 'The computation needs more than the {allowedMb} MB of memory that it may use.',
    zh: '此计算所需内存超过允许的 {allowedMb} MB。',
    fix: {
      en: 'Use fewer rows or columns, or raise the memory limit of this node.',
      zh: '请减少行数或列数，或提高本节点的内存上限。',
    },
  },
  KERNEL_WORKER_LOST: {
    class: 'internal',
    en: 'A worker thread ended in the middle of a computation.',
    zh: '一个工作线程在计算过程中意外终止。',
    fix: {
      en: 'The attempt is over; if it happens again, give the node more memory.',
      zh: '本次尝试已结束；若再次发生，请为节点增加内存。',
    },
  },
})
