/** RFC 6238, appendix B (the last six of its eight digits), and RFC 4648, section 10. */
import { expect, test } from 'vitest'
import { base32, codeAt, keyUri, stepOf } from './totp.ts'

const secret = new TextEncoder().encode('12345678901234567890')

test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
])('the code at %i seconds', (seconds, code) => {
  expect(codeAt(secret, Math.floor(seconds / 30))).toBe(code)
})

test('a code holds in its own step and the ones beside it, and never at or before the last one used', () => {
  const step = 41152263
  const code = codeAt(secret, step)
  for (const [seconds, found] of [
    [-31, undefined],
    [-1, step],
    [0, step],
    [59, step],
    [60, undefined],
  ] as const)
    expect(stepOf(secret, code, (step * 30 + seconds) * 1000, 0), String(seconds)).toBe(found)
  expect(stepOf(secret, code, step * 30_000, step)).toBeUndefined()
  for (const nonsense of ['', '12345', '1234567', 'abcdef', '١٢٣٤٥٦', `${code} `])
    expect(stepOf(secret, nonsense, step * 30_000, 0)).toBeUndefined()
})

test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('base 32 of "%s"', (text, encoded) => {
  expect(base32(new TextEncoder().encode(text))).toBe(encoded)
})

test('the address in a QR code names node and person', () => {
  expect(keyUri('secureflow bank-a', 'Ada & Co', 'MZXW6')).toBe(
    'otpauth://totp/secureflow%20bank-a:Ada%20%26%20Co?secret=MZXW6&issuer=secureflow%20bank-a',
  )
})
