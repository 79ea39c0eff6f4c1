import { baseErrors, encodeCbor } from '@secureflow/base'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesCodec, cborCodec, itemsCodec } from './codecs.ts'

test('itemsCodec wants exactly its count', () => {
  expect(itemsCodec(3, 9).decode(new Uint8Array(27), 'x').length).toBe(27)
  expect(itemsCodec(2, 32).maxBytes).toBe(64)
  for (const length of [0, 63, 65, 96])
    expect(() => itemsCodec(2, 32).decode(new Uint8Array(length), 'x')).toThrow('CHANNEL_WRONG_LENGTH')
})

test('bytesCodec passes bytes through', () => {
  const bytes = Uint8Array.of(1, 2)
  expect(bytesCodec(2).decode(bytesCodec(2).encode(bytes), 'x')).toEqual(bytes)
})

describe('cborCodec', () => {
  const codec = cborCodec((value, label) => {
    if (typeof value !== 'number') throw baseErrors.MALFORMED({ label, reason: 'not a number' })
    return value
  }, 32)

  test('round trip; another type is refused by the validator', () => {
    expect(codec.decode(codec.encode(7), 'x')).toBe(7)
    expect(() => codec.decode(encodeCbor('7'), 'x')).toThrow('MALFORMED')
  })

  test('any bytes end in a value or in MALFORMED', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          expect(typeof codec.decode(bytes, 'x')).toBe('number')
        } catch (error) {
          expect(error).toMatchObject({ code: 'MALFORMED', class: 'peer' })
        }
      }),
      { numRuns: 2000 },
    )
  })
})
