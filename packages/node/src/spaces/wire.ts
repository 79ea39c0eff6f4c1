/** What nodes say to each other about spaces, checked before it is believed. */
import { toHex, utf8 } from '@secureflow/base'
import { charterHash, type SpaceCharter, spaceCharter, spaceWords } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import { z } from 'zod'
import { takesPart } from './fold.ts'
import type { Records } from './store.ts'
import type { SignedWord } from './word.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** Beyond these a space is broken or its members are hostile: nothing more of it is taken. */
export const spaceLimits = { charters: 64, charterBytes: 512 * 1024, wordsEach: 64 }

const words = z
  .array(
    z.strictObject({
      charter: digest,
      member: z.string().min(1).max(64),
      word: z.enum(spaceWords),
      text: z.string().max(2000),
      at: z.number().int().min(0).max(8.64e15),
      signature: z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length === 65),
    }),
  )
  .max(spaceLimits.charters * 32)

/** `space.sync`: all that the asker has and the other may have; answered with what the asker lacks. */
export const syncMessage = z.strictObject({
  space: digest,
  charters: z.array(spaceCharter).max(spaceLimits.charters),
  words,
})
export const syncAnswer = z.strictObject({
  /** Of all that both may have, as the other has it now. */
  digest,
  charters: z.array(spaceCharter).max(spaceLimits.charters),
  words,
})
export type SyncMessage = z.output<typeof syncMessage>

/** What both have a right to: the charters that name both, and what was said about them. */
export function sharedBy({ charters, words: all }: Records, a: string, b: string): Records {
  const shared = charters.filter((c) => takesPart(c, a) && takesPart(c, b))
  const hashes = new Set(shared.map(charterHash))
  return { charters: shared, words: all.filter((w) => hashes.has(w.charter)) }
}

export function digestOfRecords({ charters, words: all }: Records): string {
  const ids = [...charters.map((c) => `charter ${charterHash(c)}`), ...all.map((w) => `word ${w.id}`)].sort()
  return toHex(nodePlatform.sha256(utf8(ids.join('\n'))))
}

export const toWire = ({ charters, words: all }: Records, fromHex: (hex: string) => Uint8Array) => ({
  charters,
  words: all.map(({ charter, member, word, text, at, signature }) => ({
    charter,
    member,
    word,
    text,
    at,
    signature: fromHex(signature),
  })),
})

/** What of `has` is not in `known`. */
export function lackedBy(has: Records, known: { charters: SpaceCharter[]; words: Pick<SignedWord, 'id'>[] }): Records {
  const charters = new Set(known.charters.map(charterHash))
  const ids = new Set(known.words.map((w) => w.id))
  return {
    charters: has.charters.filter((c) => !charters.has(charterHash(c))),
    words: has.words.filter((w) => !ids.has(w.id)),
  }
}
