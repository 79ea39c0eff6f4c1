/** Backups that lie in the home folder until somebody fetches them. */
import { createReadStream } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { apiErrors, type BackupFile, type Routes } from '@secureflow/api'
import type { Clock } from '@secureflow/base'
import type { FastifyInstance } from 'fastify'
import type { People } from '../people/people.ts'
import type { Handlers } from '../server/handlers.ts'
import { backupFolder, createBackup, verifyBackup } from './backup.ts'
import { backupErrors } from './errors.ts'

interface BackupService {
  home: string
  member: string
  clock: Clock
  copyLedger: () => ((folder: string) => Promise<void>) | undefined
}

const form = /^[a-z0-9-]+-\d{8}T\d{6}Z\.sfb$/

export function backupHandlers({ home, member, clock, copyLedger }: BackupService): Pick<Handlers<Routes>, 'backups'> {
  const folder = backupFolder(home)
  let running = false
  const factsOf = async (name: string): Promise<BackupFile> => {
    const { size, mtimeMs } = await stat(join(folder, name)).catch((cause: unknown) => {
      throw apiErrors.API_NOT_FOUND({ name }, { cause })
    })
    return { name, createdAt: mtimeMs, sizeBytes: size }
  }
  return {
    backups: {
      list: async () => {
        const names = (await readdir(folder).catch(() => [])).filter((name) => form.test(name))
        return Promise.all(names.sort().reverse().map(factsOf))
      },
      create: async ({ passphrase }) => {
        if (running) throw backupErrors.BACKUP_RUNNING({})
        running = true
        try {
          const now = clock.now()
          const name = `${member}-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.sfb`
          const file = join(folder, name)
          const facts = await createBackup({ home, member, file, passphrase, now, copyLedger: copyLedger() })
          return { ...facts, name, sizeBytes: (await factsOf(name)).sizeBytes }
        } finally {
          running = false
        }
      },
      verify: async ({ name, passphrase }) => {
        await factsOf(name)
        return verifyBackup(join(folder, name), passphrase)
      },
      remove: async ({ name }) => {
        await factsOf(name)
        await rm(join(folder, name))
        return {}
      },
    },
  }
}

/** The file itself, for whoever may make one. */
export function serveBackups(app: FastifyInstance, home: string, people: Pick<People, 'record'>): void {
  app.get<{ Params: { name: string } }>(
    '/backups/:name/file',
    { config: { action: 'backups.download' } },
    async (request, reply) => {
      const { name } = request.params
      const file = join(backupFolder(home), name)
      const found = form.test(name) ? await stat(file).catch(() => undefined) : undefined
      if (found === undefined) throw apiErrors.API_NOT_FOUND({ name: 'backup' })
      await people.record(request.call.caller!, 'backups.download', 'done')
      return reply
        .headers({ 'content-length': found.size, 'content-disposition': `attachment; filename="${name}"` })
        .type('application/octet-stream')
        .send(createReadStream(file))
    },
  )
}
