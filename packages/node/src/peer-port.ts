/** The port of the peer listener where the configuration leaves it to the system: drawn once, then kept, since partners know it. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fromUtf8, utf8 } from '@secureflow/base'
import { type Database, readSetting, writeSetting } from './storage/index.ts'

const setting = 'peer-port'

/** @returns the configured port; for 0 the one that was used before, if it is still free */
export async function peerPort(db: Database, { host, port }: { host: string; port: number }): Promise<number> {
  if (port !== 0) return port
  const stored = await readSetting(db, setting)
  const before = stored === undefined ? 0 : Number(fromUtf8(stored))
  return (await isFree(host, before)) ? before : 0
}

export const keepPeerPort = (db: Database, port: number): Promise<void> => writeSetting(db, setting, utf8(String(port)))

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return true
  } catch {
    return false // taken, or not allowed: the system then chooses another
  } finally {
    server.close()
  }
}
