/**
 * The faults that designs of this kind are known for, put into these contracts one by one: the table notices each. What it
 * cannot notice it does not check.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile } from '../compile.ts'
import type { Compiled } from './testing/evm.ts'
import { type State, states, wrongCells } from './testing/table.ts'
import { callers, World } from './testing/world.ts'

interface Fault {
  what: string
  file: string
  /** Pairs of what stands there and what stands there instead. */
  edits: [from: string, to: string][]
  /** The cell that shows it: function, mode and state. */
  shows: [name: string, mode: State['mode'], state: string]
}

const faults: Fault[] = [
  {
    what: 'anybody changes what is another’s',
    file: 'Assets.sol',
    edits: [['require(asset.owner == _caller(), NotOwner(id, msg.sender));', '']],
    shows: ['setTerms', 'alone', 'an active one'],
  },
  {
    what: 'a verifier that accepts every signature under an agreement',
    file: 'Agreements.sol',
    edits: [['require(err == ECDSA.RecoverError.NoError && signer == party, SignatureInvalid(party));', '']],
    shows: ['register', 'alone', 'signatures of others'],
  },
  {
    what: 'a verifier that accepts every consent',
    file: 'Members.sol',
    edits: [['require(err == ECDSA.RecoverError.NoError && signer == account, ConsentInvalid(account));', '']],
    shows: ['applyForMembership', 'alone', 'signed by another'],
  },
  {
    what: 'a composite that becomes active although children are not granted',
    file: 'Assets.sol',
    edits: [
      ['if (asset.status == Status.Pending && asset.missing == 0) {', 'if (asset.status == Status.Pending) {'],
      ['!_granted[id][children[i]] || ', ''],
    ],
    shows: ['askUse', 'alone', 'a pending one'],
  },
  {
    what: 'a composite whose own grant alone counts',
    file: 'Assets.sol',
    edits: [['if (!_granted[id][children[i]] || !isUsable(children[i])) return false;', '']],
    shows: ['askUse', 'alone', 'a composite of what is retired'],
  },
  {
    what: 'an agreement whose signatures can be used again',
    file: 'Agreements.sol',
    edits: [['require(!_nonceUsed[agreement.nonce], AgreementReplayed(agreement.nonce));', '']],
    shows: ['register', 'alone', 'registered before'],
  },
  {
    what: 'an application that can be brought again',
    file: 'Members.sol',
    edits: [
      [
        'require(_candidates[enrolment.account].expiry < enrolment.expiry, ApplicationReplayed(enrolment.account));',
        '',
      ],
    ],
    shows: ['applyForMembership', 'alone', 'an older application'],
  },
  {
    what: 'a grant that cannot be taken back',
    file: 'Grants.sol',
    edits: [
      ['require(!grant.revoked, GrantWasRevoked(id));\n        require(block.timestamp', 'require(block.timestamp'],
    ],
    shows: ['register', 'alone', 'uses a revoked grant'],
  },
  {
    what: 'a grant for any flow',
    file: 'Grants.sol',
    edits: [['require(grant.flowHash == flowHash && grant.parametersHash == parametersHash, GrantMismatch(id));', '']],
    shows: ['register', 'alone', 'for other parameters'],
  },
  {
    what: 'a quota that is not used up',
    file: 'Grants.sol',
    edits: [['grant.left--;', '']],
    shows: ['register', 'alone', 'uses a grant twice over'],
  },
  {
    what: 'a vote that counts twice',
    file: 'Members.sol',
    edits: [['require(!_voted[id][number], AlreadyVoted(id, msg.sender));', '']],
    shows: ['vote', 'voting', 'the caller’s own'],
  },
]

const source = (file: string): string => readFileSync(join(import.meta.dirname, '../contracts', file), 'utf8')

describe.skipIf(process.env.SECUREFLOW_FULL !== '1')('the table notices', () => {
  for (const { what, file, edits, shows } of faults)
    it(what, { timeout: 120_000 }, async () => {
      for (const [from] of edits) expect(source(file).split(from)).toHaveLength(2)
      const faulty = edits.reduce((text, [from, to]) => text.replace(from, to), source(file))
      const read = (name: string) => (name === file ? faulty : source(name))
      const [name, mode, state] = shows
      const wanted = states.filter((s) => s.name === name && s.mode === mode && s.state === state)
      expect(wanted).toHaveLength(1)
      expect(await wrongCells(await World.create(mode), wanted, () => callers)).toEqual([])
      const world = await World.create(mode, (await compile(read, true)) as Compiled)
      expect((await wrongCells(world, wanted, () => callers)).join()).toContain('accepted instead of')
    })

  it('contracts that require nothing', { timeout: 120_000 }, async () => {
    const read = (name: string) => source(name).replace(/^( *)require\([\s\S]*?\);$/gm, '')
    const world = await World.create('alone', (await compile(read, true)) as Compiled)
    for (const name of ['setTerms', 'retireAsset', 'grantUse', 'revokeGrant', 'suspendMember', 'changeAccount']) {
      const [state] = states.filter((s) => s.name === name && s.mode === 'alone')
      const wrong = await wrongCells(world, [state!], () => ['stranger'])
      expect(wrong, name).not.toEqual([])
    }
  })
})
