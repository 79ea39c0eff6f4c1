import { randomFillSync } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../storage/index.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { formatInvitation, parseInvitation } from './invitation.ts'
import { Invitations } from './invitations.ts'

const invitation = {
  address: { host: 'centre.example', port: 7441 },
  fingerprint: 'ab'.repeat(32),
  token: new Uint8Array(16).fill(7),
}

test('an invitation reads back, whatever white space a mail client put around it', () => {
  const text = formatInvitation(invitation)
  expect(text).toMatch(/^sf1-[\w-]+$/)
  expect(parseInvitation(`\n ${text} \n`)).toEqual(invitation)
})

test('every letter that is missing or mistyped is noticed', () => {
  const text = formatInvitation(invitation)
  for (let i = 0; i < text.length; i++) {
    const other = text[i] === 'A' ? 'B' : 'A'
    // The last letter carries two bits of nothing: what it decodes to may be the same.
    for (const bad of [text.slice(0, i), text.slice(0, i) + other + text.slice(i + 1)]) {
      const read = () => parseInvitation(bad)
      if (i === text.length - 1 && bad.length === text.length) continue
      expect(read, bad).toThrow(expect.objectContaining({ code: 'INVITATION_MALFORMED', class: 'input' }))
    }
  }
})

async function issued(validForMs: number) {
  const db = await openDatabase(temporaryFolder())
  onTestFinished(() => db.destroy())
  const clock = { time: 1_000_000, now: () => clock.time }
  const invitations = new Invitations(db, clock, { fill: (into) => void randomFillSync(into) })
  const { token } = await invitations.issue(validForMs)
  return { invitations, token, clock, db }
}

test('an invitation lets one key in, once; the same key may ask again', async () => {
  const { invitations, token } = await issued(1000)
  expect(await invitations.standing(token, 'key-1')).toBe('open')
  expect(await invitations.claim(token, 'key-1')).toBe('open')
  expect(await invitations.claim(token, 'key-2')).toBe('used')
  expect(await invitations.standing(token, 'key-2')).toBe('used')
  expect(await invitations.claim(token, 'key-1')).toBe('open')
})

test('of many that ask at once, exactly one is let in', async () => {
  const { invitations, token } = await issued(1000)
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => invitations.claim(token, `key-${i}`)))
  expect(all.filter((s) => s === 'open')).toHaveLength(1)
  expect(all.filter((s) => s === 'used')).toHaveLength(19)
})

test('an expired invitation and a guessed token let nobody in', async () => {
  const { invitations, token, clock } = await issued(1000)
  const guess = token.slice()
  guess[0]! ^= 1
  expect(await invitations.claim(guess, 'key-1')).toBe('unknown')
  clock.time += 1001
  expect(await invitations.claim(token, 'key-1')).toBe('expired')
})

test('the token itself is not kept', async () => {
  const { db, token } = await issued(1000)
  const stored = JSON.stringify(await db.selectFrom('invitations').selectAll().execute())
  expect(stored).not.toContain(Buffer.from(token).toString('hex'))
})
