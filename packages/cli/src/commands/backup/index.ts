/** The whole member in one encrypted file. The passphrase comes from the environment: arguments are seen by everybody on a machine. */
import { copyFileSync, constants as fileConstants } from 'node:fs'
import { join, resolve } from 'node:path'
import { asSecureflowError, baseErrors } from '@secureflow/base'
import type { BackupFacts } from '@secureflow/node/backup/backup'
import type { Client } from '@secureflow/sdk'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { type CliContext, command, type GlobalOptions, homeOf } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { bytes, facts, moment } from '../../format.ts'
import { notice, print, printJson } from '../../say.ts'

export function backupCommand(context: CliContext): Command {
  const { backup: say } = context.text
  const noun = command(context, 'backup', 'backup')
  const told = (made: BackupFacts, options: GlobalOptions) => {
    if (options.json) return printJson(made)
    print(
      facts([
        [context.text.columns.member, made.member],
        [say.made, moment(made.createdAt)],
        [say.files, String(made.files)],
        [say.size, bytes(made.bytes)],
      ]),
    )
  }
  noun.addCommand(
    command(context, 'backupCreate', 'create <file>', { json: true }).action(
      async (file: string, _: unknown, self: Command) => {
        const options = self.optsWithGlobals<GlobalOptions>()
        const made = await create(homeOf(options), resolve(file), passphrase())
        told(made, options)
        notice(say.keepApart)
      },
    ),
  )
  noun.addCommand(
    command(context, 'backupVerify', 'verify <file>', { json: true }).action(
      async (file: string, _: unknown, self: Command) => {
        const options = self.optsWithGlobals<GlobalOptions>()
        const { verifyBackup } = await import('@secureflow/node/backup/backup')
        told(await verifyBackup(resolve(file), passphrase()), options)
        if (!options.json) notice(say.whole)
      },
    ),
  )
  noun.addCommand(
    command(context, 'backupRestore', 'restore <file>', { json: true }).action(
      async (file: string, _: unknown, self: Command) => {
        const options = self.optsWithGlobals<GlobalOptions>()
        const { restoreBackup } = await import('@secureflow/node/backup/backup')
        told(await restoreBackup(resolve(file), passphrase(), homeOf(options)), options)
        notice(say.once)
      },
    ),
  )
  return noun
}

/** By the node while it runs, since only it may read its ledger; else by this process, under the lock of the home. */
async function create(home: string, file: string, passphrase: string): Promise<BackupFacts> {
  const client = connect(home, {})
  if (await runs(client)) {
    const { name, sizeBytes: _, ...made } = await client.backups.create({ passphrase })
    try {
      copyFileSync(join(home, 'backups', name), file, fileConstants.COPYFILE_EXCL)
    } catch (cause) {
      throw cliErrors.CLI_WRITE({ file }, { cause })
    } finally {
      await client.backups.remove({ name })
    }
    return made
  }
  const { createBackup } = await import('@secureflow/node/backup/backup')
  const { readConfig } = await import('@secureflow/node/identity/config')
  const { lockHome } = await import('@secureflow/node/storage/lock')
  const lock = lockHome(home)
  try {
    return await createBackup({ home, member: readConfig(home).name, file, passphrase, now: Date.now() })
  } finally {
    lock.close()
  }
}

async function runs(client: Client): Promise<boolean> {
  try {
    await client.node.health()
    return true
  } catch (thrown) {
    if (asSecureflowError(thrown).code === 'API_UNREACHABLE') return false
    throw thrown
  }
}

function passphrase(): string {
  const given = process.env.SECUREFLOW_BACKUP_PASSPHRASE
  if (!given) throw cliErrors.CLI_MISSING({ name: 'SECUREFLOW_BACKUP_PASSPHRASE' })
  if (given.length > 500)
    throw baseErrors.INVALID_VALUE({ label: 'passphrase', expected: 'at most 500 characters', received: 'more' })
  return given
}
