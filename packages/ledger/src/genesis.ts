/**
 * What a network begins with. It is given to every member at joining; its hash is the network's id, so that nobody can be
 * shown another beginning. The creation code of the contracts is part of it: a later release replays an older network as
 * it was.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { decodeCbor, encodeCbor, equalBytes, fromHex, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { encodeAbiParameters, getContractAddress, type Hex, parseAbiParameters } from 'viem'
import { z } from 'zod'
import { loadContracts } from './contracts.ts'
import { ledgerErrors } from './errors.ts'

const bytes32 = z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length === 32, 'expected 32 bytes')
const code = z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length > 0 && b.length <= 24_576 * 2)
const account = z.custom<Address>((a) => typeof a === 'string' && /^0x[0-9a-f]{40}$/.test(a), 'expected an account')

/** In the order in which they are created: each may know those before it. */
export const contractNames = ['Members', 'Assets', 'Grants', 'Agreements', 'Receipts'] as const
export type ContractName = (typeof contractNames)[number]

const genesisSchema = z.strictObject({
  /** 32 random bytes: no two networks are the same. */
  nonce: bytes32,
  /** Unix seconds. */
  createdAt: z.number().int().min(0),
  founder: z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/),
    account,
    /** SHA-256 of the certificate (DER). */
    certificate: bytes32,
    /** SHA-256 of the public key of the peer link (SPKI, DER). */
    peerKey: bytes32,
  }),
  /** Votes that carry a proposal; with 1 the founder decides alone. */
  quorum: z.number().int().min(1).max(1000),
  /** The account whose signature makes a block. */
  proposer: account,
  contracts: z.strictObject({ Members: code, Assets: code, Grants: code, Agreements: code, Receipts: code }),
})

export type NetworkGenesis = z.output<typeof genesisSchema>
export type Founding = Omit<NetworkGenesis, 'contracts' | 'proposer' | 'quorum'> & {
  proposer?: Address
  /** Default 1. */
  quorum?: number
}

/** The beginning of a new network with the contracts of this release. */
export async function createGenesis(founding: Founding): Promise<NetworkGenesis> {
  const contracts = await loadContracts()
  const founder = { ...founding.founder, account: lower(founding.founder.account) }
  return genesisSchema.parse({
    ...founding,
    founder,
    quorum: founding.quorum ?? 1,
    proposer: lower(founding.proposer ?? founder.account),
    contracts: Object.fromEntries(contractNames.map((name) => [name, fromHex(contracts[name].bytecode)])),
  })
}

export const encodeGenesis = (genesis: NetworkGenesis): Uint8Array => encodeCbor(genesis)

/** @throws LEDGER_GENESIS_REFUSED for anything that is not a genesis in canonical form */
export function decodeGenesis(bytes: Uint8Array): NetworkGenesis {
  try {
    return genesisSchema.parse(decodeCbor(bytes, 'genesis', { maxDepth: 4 }))
  } catch (cause) {
    throw ledgerErrors.LEDGER_GENESIS_REFUSED({}, { cause })
  }
}

/** 32 bytes: SHA-256 of the genesis. */
export const networkIdOf = (genesis: NetworkGenesis): Uint8Array => sha256(encodeGenesis(genesis))

/**
 * A joiner's check that the founder did not bring contracts of its own.
 * @throws LEDGER_CONTRACTS_DIFFER
 */
export async function checkContracts(genesis: NetworkGenesis): Promise<void> {
  const contracts = await loadContracts()
  for (const name of contractNames)
    if (!equalBytes(genesis.contracts[name], fromHex(contracts[name].bytecode)))
      throw ledgerErrors.LEDGER_CONTRACTS_DIFFER({ contract: name })
}

/** The founder creates the contracts with its first transactions, on every kind of chain. */
export function contractAddresses(genesis: NetworkGenesis): Record<ContractName, Address> {
  const at = (i: number) => lower(getContractAddress({ from: genesis.founder.account, nonce: BigInt(i) }))
  return Object.fromEntries(contractNames.map((name, i) => [name, at(i)])) as Record<ContractName, Address>
}

/** What follows the creation code of each contract, on every kind of chain. */
export function constructorArguments(genesis: NetworkGenesis): Record<ContractName, Hex> {
  const { founder, quorum } = genesis
  const { Members, Assets, Grants, Agreements } = contractAddresses(genesis)
  const key = (bytes: Uint8Array): Hex => `0x${toHex(bytes)}`
  const addresses = (...list: Address[]) =>
    encodeAbiParameters(
      list.map(() => ({ type: 'address' })),
      list,
    )
  return {
    Members: encodeAbiParameters(parseAbiParameters('bytes32, string, address, bytes32, bytes32, uint32'), [
      ...[key(networkIdOf(genesis)), founder.name, founder.account],
      ...[key(founder.certificate), key(founder.peerKey), quorum],
    ] as [Hex, string, Address, Hex, Hex, number]),
    Assets: addresses(Members),
    // The grants are used up by agreements that do not exist yet.
    Grants: addresses(Assets, Agreements),
    Agreements: addresses(Grants),
    Receipts: addresses(Agreements),
  }
}

/** EIP-155 id for this network's transactions: 48 bits of its id, so that none can be replayed in another. */
export function chainIdOf(networkId: Uint8Array): number {
  let id = 0
  for (const byte of networkId.subarray(0, 6)) id = id * 256 + byte
  return id + 1
}

const lower = (address: string): Address => address.toLowerCase() as Address
