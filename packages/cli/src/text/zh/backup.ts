/** `secureflow backup` 的中文文案。 */
import type { backup as en } from '../en/backup.ts'

export const backup: typeof en = {
  commands: {
    backup: { about: '将整个成员复制为一个加密文件，检验并恢复' },
    backupCreate: {
      about: '制作备份，节点运行时亦可；口令取自环境变量',
      examples: 'SECUREFLOW_BACKUP_PASSPHRASE=... secureflow backup create bank-a.sfb',
    },
    backupVerify: {
      about: '完整读取并检验备份',
      examples: 'SECUREFLOW_BACKUP_PASSPHRASE=... secureflow backup verify bank-a.sfb',
    },
    backupRestore: {
      about: '将备份恢复到主目录；该目录须为空或不存在',
      examples: 'SECUREFLOW_BACKUP_PASSPHRASE=... secureflow --home ~/bank-a backup restore bank-a.sfb',
    },
  },
  say: {
    made: '制作于',
    files: '文件数',
    size: '大小',
    whole: '内容完整无误。',
    keepApart: '请将文件与口令分开保存：两者合在一起就是本成员。主目录之外的数据集不在其中。',
    once: `只有在旧节点永远不再启动时才可启动此节点：两个节点使用同一身份会在合作方面前自相矛盾。
旧节点在备份之后放出的内容不在其记录中：请与账本核对（secureflow audit verify），并在允许新的使用之前相应扣减预算。`,
  },
}
