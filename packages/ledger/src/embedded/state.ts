/**
 * Accounts and storage at the head, as the EVM reads and changes them. Changes stay in memory, with a list of how to undo
 * them, until the root is asked for at the end of a block: only then do they go into the tree.
 */
import type { AccountFields, StateManagerInterface } from '@ethereumjs/common'
import { RLP } from '@ethereumjs/rlp'
import { OriginalStorageCache } from '@ethereumjs/statemanager'
import { Account, type Address, createAccountFromRLP, unpadBytes } from '@ethereumjs/util'
import { equalBytes, toHex } from '@secureflow/base'
import { ledgerErrors } from '../errors.ts'
import { keccak256 } from './curve.ts'
import { rlpBytes } from './rlp.ts'
import { emptyRoot, type NodeStore, Trie } from './trie.ts'

interface Contract {
  readonly address: Address
  /** Changed since the root was last asked for, by slot; an empty value removes it. */
  readonly changed: Map<string, { key: Uint8Array; value: Uint8Array }>
  /** Loaded when it is first needed. */
  tree: Trie | undefined
}

const nothing = new Uint8Array(0)
/** Before the hash of a contract's code in the key of the code, as @ethereumjs/statemanager has it. */
const codePrefix = '63'
const mostKnown = 4096

export class LedgerState implements StateManagerInterface {
  readonly originalStorageCache = new OriginalStorageCache((address, key) => this.getStorage(address, key))
  readonly #store: NodeStore
  #tree: Trie
  /** Undefined where there is none. The objects are never changed: each reader is given its own. */
  readonly #accounts = new Map<string, Account | undefined>()
  readonly #changed = new Map<string, Address>()
  readonly #contracts = new Map<string, Contract>()
  readonly #code = new Map<string, Uint8Array>()
  /** How to undo each change since the first checkpoint that is open, and where each of those began. */
  #undo: (() => void)[] = []
  #checkpoints: number[] = []

  constructor(store: NodeStore, root: Uint8Array = emptyRoot) {
    this.#store = store
    this.#tree = new Trie(store, root)
  }

  // ---- accounts ----------------------------------------------------------------------------------------------------

  async getAccount(address: Address): Promise<Account | undefined> {
    const account = await this.#account(address)
    return account === undefined ? undefined : copyOf(account)
  }

  async putAccount(address: Address, account?: Account): Promise<void> {
    this.#setAccount(address, account === undefined ? undefined : copyOf(account))
  }

  async deleteAccount(address: Address): Promise<void> {
    if (this.#contracts.has(address.toString()) || (await this.#account(address))?.isContract())
      await this.clearStorage(address)
    this.#setAccount(address, undefined)
  }

  async modifyAccountFields(address: Address, fields: AccountFields): Promise<void> {
    const account = (await this.getAccount(address)) ?? new Account()
    this.#setAccount(address, Object.assign(account, fields))
  }

  async putCode(address: Address, code: Uint8Array): Promise<void> {
    const codeHash = keccak256(code)
    const name = toHex(codeHash)
    this.#code.set(name, code)
    this.#store.put(codePrefix + name, code)
    await this.modifyAccountFields(address, { codeHash })
  }

  /** The same array each time, so that what was found out about it can be kept. */
  async getCode(address: Address): Promise<Uint8Array> {
    const account = await this.#account(address)
    if (account === undefined || !account.isContract()) return nothing
    const name = toHex(account.codeHash)
    let code = this.#code.get(name)
    if (code === undefined) {
      code = await this.#store.get(codePrefix + name)
      if (code === undefined) throw ledgerErrors.LEDGER_DAMAGED({ what: 'the code of a contract is missing' })
      this.#code.set(name, code)
    }
    return code
  }

  async getCodeSize(address: Address): Promise<number> {
    return (await this.getCode(address)).length
  }

  async #account(address: Address): Promise<Account | undefined> {
    const name = address.toString()
    if (this.#accounts.has(name)) return this.#accounts.get(name)
    const stored = await this.#tree.get(keccak256(address.bytes))
    const account = stored === undefined ? undefined : createAccountFromRLP(stored)
    this.#accounts.set(name, account)
    return account
  }

  #setAccount(address: Address, account: Account | undefined): void {
    const name = address.toString()
    const [known, before] = [this.#accounts.has(name), this.#accounts.get(name)]
    this.#undoable(() => void (known ? this.#accounts.set(name, before) : this.#accounts.delete(name)))
    this.#accounts.set(name, account)
    this.#changed.set(name, address)
  }

  // ---- storage -----------------------------------------------------------------------------------------------------

  /** Without leading zeros; empty where there is nothing. */
  async getStorage(address: Address, key: Uint8Array): Promise<Uint8Array> {
    const contract = this.#contract(address)
    const changed = contract.changed.get(nameOf(key))
    if (changed !== undefined) return changed.value
    const stored = await (await this.#storage(contract)).get(keccak256(key))
    return stored === undefined ? nothing : (RLP.decode(stored) as Uint8Array)
  }

  async putStorage(address: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    const { changed } = this.#contract(address)
    const slot = nameOf(key)
    const before = changed.get(slot)
    this.#undoable(() => void (before === undefined ? changed.delete(slot) : changed.set(slot, before)))
    changed.set(slot, { key: key.slice(), value: unpadBytes(value).slice() })
  }

  async clearStorage(address: Address): Promise<void> {
    const name = address.toString()
    const before = this.#contracts.get(name)
    this.#undoable(() => void (before === undefined ? this.#contracts.delete(name) : this.#contracts.set(name, before)))
    this.#contracts.set(name, { address, changed: new Map(), tree: new Trie(this.#store) })
  }

  #contract(address: Address): Contract {
    const name = address.toString()
    let contract = this.#contracts.get(name)
    if (contract === undefined) {
      contract = { address, changed: new Map(), tree: undefined }
      this.#contracts.set(name, contract)
    }
    return contract
  }

  async #storage(contract: Contract): Promise<Trie> {
    contract.tree ??= new Trie(this.#store, (await this.#account(contract.address))?.storageRoot)
    return contract.tree
  }

  // ---- going back --------------------------------------------------------------------------------------------------

  async checkpoint(): Promise<void> {
    this.#checkpoints.push(this.#undo.length)
  }

  async commit(): Promise<void> {
    this.#checkpoints.pop()
    if (this.#checkpoints.length === 0) this.#undo = []
  }

  async revert(): Promise<void> {
    const from = this.#checkpoints.pop() ?? 0
    for (const undo of this.#undo.splice(from).reverse()) undo()
  }

  #undoable(undo: () => void): void {
    if (this.#checkpoints.length > 0) this.#undo.push(undo)
  }

  // ---- the tree ----------------------------------------------------------------------------------------------------

  /** Puts every change into the tree; the nodes go to the store. Only outside of checkpoints: it is not undone. */
  async getStateRoot(): Promise<Uint8Array> {
    if (this.#checkpoints.length > 0) throw new Error('the state has an open checkpoint')
    for (const contract of this.#contracts.values()) await this.#settle(contract)
    for (const [name, address] of this.#changed)
      if (this.#accounts.has(name))
        await this.#tree.set(keccak256(address.bytes), this.#accounts.get(name)?.serialize())
    this.#changed.clear()
    if (this.#accounts.size > mostKnown) this.#accounts.clear()
    return this.#tree.root()
  }

  async #settle(contract: Contract): Promise<void> {
    const account = await this.#account(contract.address)
    if (account === undefined || (contract.changed.size === 0 && contract.tree === undefined)) return
    const tree = await this.#storage(contract)
    for (const { key, value } of contract.changed.values())
      await tree.set(keccak256(key), value.length === 0 ? undefined : rlpBytes(value))
    contract.changed.clear()
    const storageRoot = tree.root()
    if (!equalBytes(storageRoot, account.storageRoot)) await this.modifyAccountFields(contract.address, { storageRoot })
  }

  async hasStateRoot(root: Uint8Array): Promise<boolean> {
    return equalBytes(root, emptyRoot) || (await this.#store.get(toHex(root))) !== undefined
  }

  /** Forgets everything that was not put into the tree. @throws LEDGER_DAMAGED where there is no such root */
  async setStateRoot(root: Uint8Array): Promise<void> {
    if (!(await this.hasStateRoot(root)))
      throw ledgerErrors.LEDGER_DAMAGED({ what: 'the root of the state is missing' })
    this.#tree = new Trie(this.#store, root)
    this.#accounts.clear()
    this.#changed.clear()
    this.#contracts.clear()
    this.#undo = []
    this.#checkpoints = []
    this.originalStorageCache.clear()
  }

  clearCaches(): void {}

  shallowCopy(): never {
    throw new Error('the state is not copied: it has one writer')
  }
}

const copyOf = ({ nonce, balance, storageRoot, codeHash }: Account): Account =>
  new Account(nonce, balance, storageRoot, codeHash)

/** A slot as a key of a map: a character a byte, which is quicker than digits. */
const nameOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
