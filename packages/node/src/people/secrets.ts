/** Drawn secrets and what is kept of them. */
import { createHash } from 'node:crypto'
import { type Rng, randomBytes, toHex } from '@secureflow/base'

/** 256 bits: no stretching makes them harder to guess. */
export const drawSecret = (rng: Rng): string => toHex(randomBytes(rng, 32))
export const drawId = (rng: Rng): string => toHex(randomBytes(rng, 8))
export const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex')
