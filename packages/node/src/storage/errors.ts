import { errorCatalog } from '@secureflow/base'

export const storageErrors = errorCatalog({
  STORAGE_FULL: {
    class: 'internal',
    en: 'The disk of this node is full: nothing more can be written.',
    zh: '本节点的磁盘已满，无法继续写入。',
    fix: {
      en: 'Free space on the disk that holds the home folder, then start the node again; what was written before is intact.',
      zh: '请在主目录所在磁盘上腾出空间，然后重新启动节点；此前写入的内容完好无损。',
    },
  },
  STORAGE_DAMAGED: {
    class: 'internal',
    en: 'The database of this node cannot be read: the file is damaged or not a database.',
    zh: '无法读取本节点的数据库：文件已损坏或不是数据库。',
    fix: {
      en: 'Restore the home folder from a backup; do not delete the other files in it.',
      zh: '请从备份恢复主目录；不要删除其中的其他文件。',
    },
  },
  HOME_LOCKED: {
    class: 'input',
    en: 'Another process already uses the home folder {home}.',
    zh: '另一个进程正在使用主目录 {home}。',
    fix: {
      en: 'Stop the other node first, or choose another folder with --home.',
      zh: '请先停止另一个节点，或用 --home 指定其他目录。',
    },
  },
})

const sqliteFull = 13
const damaged = new Set([11, 26]) // SQLITE_CORRUPT, SQLITE_NOTADB

/** A full disk, from SQLite or from the file system, is one error with one remedy; everything else stays as it is. */
export function asStorageError(cause: unknown): unknown {
  const { code, errcode } = (cause ?? {}) as { code?: unknown; errcode?: unknown }
  if (code === 'ENOSPC' || code === 'EDQUOT') return storageErrors.STORAGE_FULL({}, { cause })
  if (typeof errcode !== 'number') return cause
  const primary = errcode & 0xff
  if (primary === sqliteFull) return storageErrors.STORAGE_FULL({}, { cause })
  if (damaged.has(primary)) return storageErrors.STORAGE_DAMAGED({}, { cause })
  return cause
}
