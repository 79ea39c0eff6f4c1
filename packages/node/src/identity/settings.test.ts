import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folders.ts'
import { configFile, readConfig } from './config.ts'
import { initHome } from './home.ts'
import { changeSettings, settingsView } from './settings.ts'

test('what is changed stands in the file, the rest of it stays, and whether a start is needed is told', async () => {
  const home = join(temporaryFolder(), 'home')
  await initHome({ home, name: 'bank-a', locale: 'en', advertise: 'bank-a.example:7441' })
  const started = readConfig(home)
  expect(settingsView(home, started)).toMatchObject({ restartNeeded: false, runs: {}, logLevel: 'info' })
  changeSettings(home, { logLevel: 'debug' })
  expect(settingsView(home, started)).toMatchObject({ restartNeeded: false, logLevel: 'debug' })
  changeSettings(home, { runs: { absenceSeconds: 60, messageSeconds: undefined } })
  expect(settingsView(home, started)).toMatchObject({ restartNeeded: true, runs: { absenceSeconds: 60 } })
  changeSettings(home, { locale: 'zh' })
  expect(readConfig(home)).toMatchObject({
    ...{ name: 'bank-a', locale: 'zh', logLevel: 'debug', advertise: 'bank-a.example:7441' },
    runs: { absenceSeconds: 60 },
  })
  changeSettings(home, { runs: {}, locale: 'en' })
  expect(settingsView(home, started)).toMatchObject({ restartNeeded: false, runs: {} })
  // What a person broke by hand is told, not overwritten.
  writeFileSync(configFile(home), '{"name":"bank-a"}')
  expect(() => changeSettings(home, { locale: 'zh' })).toThrow(/HOME_CONFIG/)
  expect(readFileSync(configFile(home), 'utf8')).toBe('{"name":"bank-a"}')
})
