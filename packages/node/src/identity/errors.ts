import { errorCatalog } from '@secureflow/base'

export const identityErrors = errorCatalog({
  HOME_EXISTS: {
    class: 'input',
    en: 'The folder {home} already holds a member, {name}.',
    zh: '目录 {home} 中已有成员 {name}。',
    fix: {
      en: 'Choose another folder with --home; an existing member is never overwritten.',
      zh: '请用 --home 指定其他目录；已有成员不会被覆盖。',
    },
  },
  HOME_MISSING: {
    class: 'input',
    en: 'The folder {home} holds no member.',
    zh: '目录 {home} 中没有成员。',
    fix: { en: 'Make one first: secureflow init --name NAME.', zh: '请先创建：secureflow init --name 名称。' },
  },
  HOME_CONFIG: {
    class: 'input',
    en: 'The file {file} is not a valid configuration: {reason}.',
    zh: '文件 {file} 不是有效的配置：{reason}。',
    fix: { en: 'Correct the file, or restore it from a backup.', zh: '请更正该文件，或从备份恢复。' },
  },
  KEYSTORE_WRONG_PASSPHRASE: {
    class: 'input',
    en: 'The keys of this member do not open: the passphrase is wrong, or the keystore was altered.',
    zh: '无法打开本成员的密钥：口令错误，或密钥库已被改动。',
    fix: {
      en: 'Set SECUREFLOW_PASSPHRASE to the passphrase that was used at init, or restore keystore.json from a backup.',
      zh: '请将 SECUREFLOW_PASSPHRASE 设为初始化时使用的口令，或从备份恢复 keystore.json。',
    },
  },
  KEYSTORE_MALFORMED: {
    class: 'input',
    en: 'The keystore of this member cannot be read: {reason}.',
    zh: '无法读取本成员的密钥库：{reason}。',
    fix: { en: 'Restore keystore.json from a backup.', zh: '请从备份恢复 keystore.json。' },
  },
  PASSPHRASE_MISSING: {
    class: 'input',
    en: 'There is no passphrase for the keys of this member.',
    zh: '没有本成员密钥的口令。',
    fix: {
      en: 'Set SECUREFLOW_PASSPHRASE, or put the passphrase file back into the home folder.',
      zh: '请设置 SECUREFLOW_PASSPHRASE，或将 passphrase 文件放回主目录。',
    },
  },
  IDENTITY_EXPIRED: {
    class: 'input',
    en: 'The certificate of this node is valid from {from} to {to} only.',
    zh: '本节点的证书仅在 {from} 至 {to} 期间有效。',
    fix: {
      en: 'Renew it with the same key: secureflow node renew; or correct the clock.',
      zh: '请用原密钥更新证书：secureflow node renew；或校正时钟。',
    },
  },
  CARD_REFUSED: {
    class: 'peer',
    en: 'The key of "{member}" was refused: {reason}.',
    zh: '“{member}”的密钥未被接受：{reason}。',
    fix: {
      en: 'Ask that member through another way; nothing was pinned.',
      zh: '请通过其他途径联系该成员；没有固定任何密钥。',
    },
  },
})
