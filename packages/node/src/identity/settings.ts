/** What an admin changes of `config.json` while the node runs. */
import { readFileSync } from 'node:fs'
import type { NodeSettings } from '@secureflow/api'
import { configFile, type NodeConfig, readConfig } from './config.ts'
import { replaceFile } from './home.ts'

type Change = {
  locale?: 'en' | 'zh' | undefined
  logLevel?: NodeConfig['logLevel'] | undefined
  runs?: object | undefined
}

/** @param started what the node runs with; the log level is taken over at once */
export function settingsView(home: string, started: NodeConfig): NodeSettings {
  const { name, locale, logLevel, listen, advertise, runs = {} } = readConfig(home)
  const at = ({ host, port }: { host: string; port: number }) => `${host.includes(':') ? `[${host}]` : host}:${port}`
  const same = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
  return {
    ...{ name, locale, logLevel },
    listen: { people: at(listen.people), ...(listen.peers === undefined ? {} : { peers: at(listen.peers) }) },
    ...(advertise === undefined ? {} : { advertise }),
    runs: defined(runs),
    restartNeeded: locale !== started.locale || !same(runs, started.runs ?? {}) || !same(listen, started.listen),
  }
}

/** Keeps whatever else a person wrote into the file. @throws HOME_CONFIG, STORAGE_FULL */
export function changeSettings(home: string, { locale, logLevel, runs }: Change): void {
  readConfig(home)
  const written = JSON.parse(readFileSync(configFile(home), 'utf8')) as Record<string, unknown>
  const { runs: before, ...rest } = written
  const patience = runs === undefined ? before : defined(runs)
  const next = {
    ...rest,
    ...(locale === undefined ? {} : { locale }),
    ...(logLevel === undefined ? {} : { logLevel }),
    ...(patience === undefined || Object.keys(patience as object).length === 0 ? {} : { runs: patience }),
  }
  replaceFile(configFile(home), `${JSON.stringify(next, null, 2)}\n`)
}

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  return entries.map(([k, v]) => [k, sorted(v)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
}
