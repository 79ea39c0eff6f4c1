/** What `secureflow backup` says in English. */
export const backup = {
  commands: {
    backup: { about: 'Copy the whole member into one encrypted file, check it, restore it' },
    backupCreate: {
      about: 'Make a backup, also while the node runs; the passphrase comes from the environment',
      examples: 'SECUREFLOW_BACKUP_PASSPHRASE=... secureflow backup create bank-a.sfb',
    },
    backupVerify: {
      about: 'Read a backup to its end and check all of it',
      examples: 'SECUREFLOW_BACKUP_PASSPHRASE=... secureflow backup verify bank-a.sfb',
    },
    backupRestore: {
      about: 'Restore a backup into the home folder, which must be empty or absent',
      examples: 'SECUREFLOW_BACKUP_PASSPHRASE=... secureflow --home ~/bank-a backup restore bank-a.sfb',
    },
  },
  say: {
    made: 'made',
    files: 'files',
    size: 'size',
    whole: 'Everything in it is whole.',
    keepApart:
      'Keep file and passphrase apart: together they are this member. Datasets outside the home are not in it.',
    once: `Start this node only where the old one will never start again: two nodes with one identity contradict each
other in front of the partners. What the old one released after the backup is not in its record: compare with the
ledger (secureflow audit verify), and lower budgets by it before you allow new uses.`,
  },
}
