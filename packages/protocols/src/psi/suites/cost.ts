/**
 * The groups that `ecdh` runs in: what names them, what they cost a row, and how many rows go into a message. Pure: plans are
 * compiled from it. `npm run bench psi` measures the figures.
 */
export interface EcdhSuiteFacts {
  /** Group, hash to it and version, as the agreement and the first message name it. */
  readonly id: string
  /** Processor seconds of an own row: its hash to the group, and a multiplication. */
  readonly own: number
  /** Processor seconds of a row of the partner: checked, and a multiplication. */
  readonly theirs: number
  /** Rows a message: about a second of work. */
  readonly chunk: number
  /** Where the uniform bytes of an element begin, of which its tag is made. */
  readonly tagAt: number
}

export const ecdhSuites = {
  curve25519: { id: 'psi-ecdh-curve25519-elligator2', own: 40e-6, theirs: 33e-6, chunk: 4096, tagAt: 0 },
  ristretto255: { id: 'psi-ecdh-ristretto255-sha512', own: 1300e-6, theirs: 1100e-6, chunk: 512, tagAt: 1 },
  p256: { id: 'psi-ecdh-p256-sha256-sswu', own: 180e-6, theirs: 120e-6, chunk: 2048, tagAt: 0 },
  sm2: { id: 'psi-ecdh-sm2-sm3-sswu', own: 240e-6, theirs: 190e-6, chunk: 2048, tagAt: 0 },
} as const satisfies Record<string, EcdhSuiteFacts>

export type EcdhSuiteName = keyof typeof ecdhSuites
export const ecdhSuiteNames = ['curve25519', 'ristretto255', 'p256', 'sm2'] as const satisfies EcdhSuiteName[]
