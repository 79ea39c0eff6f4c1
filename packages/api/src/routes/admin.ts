/** What an admin sets, and copies of the node. */
import { z } from 'zod'
import { type RouteTable, route } from '../route.ts'

const nothing = z.object({})
const done = z.object({})

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
const seconds = z
  .number()
  .int()
  .min(1)
  .max(30 * 86_400)
/** How patient this node is in runs, in seconds; what is absent is as the program has it. */
const patience = {
  absenceSeconds: seconds.optional(),
  messageSeconds: seconds.optional(),
  proposalSeconds: seconds.optional(),
  runSeconds: seconds.optional(),
}
const settings = z.object({
  name: z.string(),
  locale: z.enum(['en', 'zh']),
  logLevel: z.enum(logLevels),
  /** `host:port` on which this node listens; without `peers` it only dials out. */
  listen: z.object({ people: z.string(), peers: z.string().optional() }),
  advertise: z.string().optional(),
  runs: z.object(patience),
  /** Some of it differs from what the node started with. */
  restartNeeded: z.boolean(),
})
export type NodeSettings = z.infer<typeof settings>

const passphrase = z.string().min(12, 'at least 12 characters').max(500)
const name = z.string().regex(/^[a-z0-9-]+-\d{8}T\d{6}Z\.sfb$/, 'the name of a backup')
const facts = { member: z.string(), createdAt: z.number(), files: z.number().int(), bytes: z.number() }
const backup = z.object({ name, createdAt: z.number(), sizeBytes: z.number() })
export type BackupFile = z.infer<typeof backup>

export const adminRoutes = {
  settings: {
    show: route({
      method: 'GET',
      path: '/settings',
      about: { en: 'What this node is set to', zh: '本节点的设置' },
      input: nothing,
      output: settings,
      errors: [],
    }),
    change: route({
      method: 'POST',
      path: '/settings',
      about: {
        en: 'Sets the log level at once, language and patience from the next start on',
        zh: '日志级别立即生效，语言与等待时限自下次启动生效',
      },
      input: z.object({
        locale: z.enum(['en', 'zh']).optional(),
        logLevel: z.enum(logLevels).optional(),
        /** All of them together: what is absent becomes what the program has. */
        runs: z.object(patience).optional(),
      }),
      output: settings,
      errors: [],
    }),
  },
  backups: {
    list: route({
      method: 'GET',
      path: '/backups',
      about: { en: 'Backups in the home folder', zh: '主目录中的备份' },
      input: nothing,
      output: z.array(backup),
      errors: [],
    }),
    create: route({
      method: 'POST',
      path: '/backups',
      about: {
        en: 'Copies the whole node, keys included, into one file encrypted under a passphrase',
        zh: '将整个节点（含密钥）复制为一个以口令加密的文件',
      },
      input: z.object({ passphrase }),
      output: z.object({ ...facts, name, sizeBytes: z.number() }),
      errors: ['BACKUP_RUNNING', 'STORAGE_FULL'],
    }),
    verify: route({
      method: 'POST',
      path: '/backups/:name/verify',
      about: { en: 'Reads a backup to its end and checks all of it', zh: '完整读取并检验备份' },
      input: z.object({ name, passphrase }),
      output: z.object(facts),
      errors: ['API_NOT_FOUND', 'BACKUP_NOT_OPENED'],
    }),
    remove: route({
      method: 'DELETE',
      path: '/backups/:name',
      about: { en: 'Deletes a backup from the home folder', zh: '从主目录删除备份' },
      input: z.object({ name }),
      output: done,
      errors: ['API_NOT_FOUND'],
    }),
  },
} as const satisfies RouteTable
