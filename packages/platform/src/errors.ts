import { errorCatalog } from '@secureflow/base'

export const platformErrors = errorCatalog({
  SCRATCH_FULL: {
    class: 'input',
    en: 'The disk has no room for the scratch files of this task: {needed} MB needed, {free} MB free.',
    zh: '磁盘空间不足以存放本任务的临时文件：需要 {needed} MB，剩余 {free} MB。',
    fix: {
      en: 'Free space on the disk that holds the home folder, or give the step more memory, then run again.',
      zh: '请在主目录所在磁盘上腾出空间，或为该步骤分配更多内存，然后重新运行。',
    },
  },
  SCRATCH_UNWRITABLE: {
    class: 'input',
    en: 'The scratch files of this task cannot be written or read: {reason}.',
    zh: '无法写入或读取本任务的临时文件：{reason}。',
    fix: {
      en: 'Let the account of the node write to its home folder, then run again.',
      zh: '请允许节点账户写入其主目录，然后重新运行。',
    },
  },
  SCRATCH_DAMAGED: {
    class: 'internal',
    en: 'A scratch file of this task is not what was written.',
    zh: '本任务的某个临时文件与写入的内容不一致。',
    fix: {
      en: 'Nothing of it was used. Check the disk, then run again.',
      zh: '其内容未被使用。请检查磁盘，然后重新运行。',
    },
  },
})
