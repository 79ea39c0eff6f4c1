/** Databases that this node may read. Their passwords go in and never come out. */
import { z } from 'zod'
import { route } from '../route.ts'

const name = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_. -]{0,62}$/u, '1 to 63 letters, digits, spaces, dots, dashes')

const settings = {
  name,
  kind: z.enum(['postgres', 'mysql']),
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  database: z.string().min(1).max(200),
  user: z.string().min(1).max(200),
  /** `verify`: the server's certificate must be valid; `encrypt`: any certificate. */
  tls: z.enum(['off', 'encrypt', 'verify']).default('verify'),
}
const connection = z.object({ ...settings, savedAt: z.number() })
export type Connection = z.output<typeof connection>

export const connectionRoutes = {
  list: route({
    method: 'GET',
    path: '/connections',
    about: { en: 'Databases that tables can be taken in from', zh: '可导入数据的数据库连接' },
    input: z.object({}),
    output: z.array(connection),
    errors: [],
  }),
  save: route({
    method: 'POST',
    path: '/connections',
    about: {
      en: 'Adds or changes a connection; a change of where it leads needs the password again',
      zh: '新增或修改数据库连接；修改目标地址须重新输入密码',
    },
    input: z.object({
      ...settings,
      /** Kept encrypted. Without it the present one stays. */
      password: z.string().max(1000).optional(),
    }),
    output: connection,
    errors: ['CONNECTION_PASSWORD'],
  }),
  test: route({
    method: 'POST',
    path: '/connections/:name/test',
    about: { en: 'Whether a database can be reached, and its tables', zh: '测试数据库连接并列出数据表' },
    input: z.object({ name }),
    output: z.object({ tables: z.array(z.string()) }),
    errors: ['CONNECTION_UNKNOWN', 'DATA_DATABASE'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/connections/:name',
    about: { en: 'Forgets a connection and its password', zh: '删除数据库连接及其密码' },
    input: z.object({ name }),
    output: z.object({}),
    errors: ['CONNECTION_UNKNOWN'],
  }),
}
