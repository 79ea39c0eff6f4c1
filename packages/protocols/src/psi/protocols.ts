/** The protocols of the family by name, and their modes. */
import type { Rr22Mode } from './rr22/parameters.ts'

export type PsiProtocol = 'ecdh' | Rr22Mode
