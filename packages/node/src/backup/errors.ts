import { errorCatalog } from '@secureflow/base'

export const backupErrors = errorCatalog({
  BACKUP_NOT_ONE: {
    class: 'input',
    en: 'The file {file} is no backup of this product: {reason}.',
    zh: '文件 {file} 不是本产品的备份：{reason}。',
    fix: {
      en: 'Choose another file; this one was not written by "secureflow backup".',
      zh: '请选择由 “secureflow backup” 生成的文件。',
    },
  },
  BACKUP_NOT_OPENED: {
    class: 'input',
    en: 'The backup {file} does not open: the passphrase is wrong, or the file was altered or cut off ({place}).',
    zh: '无法打开备份 {file}：口令错误，或文件被改动或截断（{place}）。',
    fix: {
      en: 'Give the passphrase of the day when it was made; where it is right, take another backup.',
      zh: '请使用制作备份时的口令；若口令无误，请改用其他备份。',
    },
  },
  BACKUP_PASSPHRASE: {
    class: 'input',
    en: 'The passphrase of a backup has 12 characters or more.',
    zh: '备份口令至少 12 个字符。',
    fix: {
      en: 'Choose a longer one and keep it apart from the backup: it holds the keys of this member.',
      zh: '请选择更长的口令，并与备份分开保存：备份中含有本成员的密钥。',
    },
  },
  BACKUP_TARGET: {
    class: 'input',
    en: 'The folder {folder} is not empty.',
    zh: '目录 {folder} 不为空。',
    fix: { en: 'Restore into a folder that is empty or absent.', zh: '请恢复到空目录或不存在的目录。' },
  },
  BACKUP_FILE_EXISTS: {
    class: 'input',
    en: 'There is a file {file} already.',
    zh: '文件 {file} 已存在。',
    fix: { en: 'Choose another name; no backup is overwritten.', zh: '请换一个名称；备份不会被覆盖。' },
  },
  BACKUP_RUNNING: {
    class: 'input',
    en: 'A backup is being made already.',
    zh: '已有备份正在进行。',
    fix: { en: 'Wait until it is done.', zh: '请等待其完成。' },
  },
})
