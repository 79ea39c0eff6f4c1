/** A whole node: what it leaves in its log, and how it begins and ends. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { routes } from '@secureflow/api'
import { expect, onTestFinished, test } from 'vitest'
import { loadIdentity, runningFile } from './identity/index.ts'
import { logFile } from './logging/logger.ts'
import { ask } from './testing/ask.ts'
import { inMemory, makeHome, start } from './testing/nodes.ts'

const { network, data, node } = routes

test('no secret and no row reaches the logs of a network that comes together', async () => {
  const centre = await start(await makeHome('centre'))
  const a = await start(await makeHome('bank-a'))
  await ask(centre, network.create, {})
  const { invitation } = await ask(centre, network.invite, {})
  await ask(a, network.join, { invitation })
  const path = join(a.home, 'loans.csv')
  writeFileSync(path, 'id,default\ncanary-1,0\ncanary-2,1\n')
  await ask(a, data.add, { path, name: 'loans', id: 'id' })
  await expect(ask(a, data.add, { path, name: 'more', id: 'nothing' })).rejects.toMatchObject({ class: 'input' })
  await expect(ask(a, network.join, { invitation })).rejects.toMatchObject({ code: 'NETWORK_EXISTS' })

  for (const member of [centre, a]) {
    const identity = await loadIdentity(member.home)
    await member.close()
    const log = readFileSync(logFile(member.home), 'utf8')
    expect(log).toMatch(/"msg":"node up"/)
    const passphrase = readFileSync(join(member.home, 'passphrase'), 'utf8').trim()
    const secrets = [identity.token, passphrase, invitation, Buffer.from(identity.commitmentKey).toString('hex')]
    for (const secret of [...secrets, 'PRIVATE KEY', 'canary-']) expect(log).not.toContain(secret)
  }
})

test('a port that is taken is one clear error, and the home is free again', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  const home = await makeHome('bank-a')
  const config = join(home, 'config.json')
  const written = readFileSync(config, 'utf8')
  const startNode = inMemory()
  for (const listener of ['people', 'peers']) {
    const json = JSON.parse(written) as { listen: Record<string, { port: number }> }
    json.listen[listener]!.port = port
    writeFileSync(config, JSON.stringify(json))
    await expect(startNode(home), listener).rejects.toMatchObject({
      code: 'NODE_ADDRESS_TAKEN',
      fields: { setting: `listen.${listener}`, reason: 'EADDRINUSE' },
    })
  }
  writeFileSync(config, written)
  expect((await ask(await startNode(home), node.health, {})).ok).toBe(true)
})

test('a node that is asked to end says so, and leaves no sign of running behind', async () => {
  const startNode = inMemory()
  const home = await makeHome('bank-a')
  const running = await startNode(home)
  expect(existsSync(runningFile(home))).toBe(true)
  await ask(running, node.stop, {})
  await running.ended
  await running.close()
  expect(existsSync(runningFile(home))).toBe(false)
})
