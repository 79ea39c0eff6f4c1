/**
 * The state tree: a hexary Merkle Patricia trie over keys of 32 bytes that are hashes already. Changes are made in memory
 * and each node is hashed once, when the root is asked for, however often the block changed it.
 *
 * Source: Ethereum yellow paper, appendix D. Gives the same roots and nodes as @ethereumjs/mpt, which the tests hold it
 * against. A node is named by its hash and never changed on the disk.
 */
import { RLP } from '@ethereumjs/rlp'
import { toHex } from '@secureflow/base'
import { ledgerErrors } from '../errors.ts'
import { keccak256 } from './curve.ts'
import { rlpBytes, rlpList } from './rlp.ts'

/** Where nodes are kept, by their hash in hexadecimal digits. */
export interface NodeStore {
  get(hash: string): Promise<Uint8Array | undefined>
  put(hash: string, node: Uint8Array): void
}

/** How a node stands in its parent: 0xa0 and its hash, or itself where that is shorter. Undefined while it is changed. */
type Reference = Uint8Array | undefined
interface Leaf {
  kind: 'leaf'
  /** Nibbles that are left of the key. */
  path: Uint8Array
  value: Uint8Array
  reference: Reference
}
interface Extension {
  kind: 'extension'
  path: Uint8Array
  child: Child
  reference: Reference
}
interface Branch {
  kind: 'branch'
  /** One for each nibble. No key ends here: all have the same length. */
  children: (Child | undefined)[]
  reference: Reference
}
type Node = Leaf | Extension | Branch
/** A node, or the reference to one that is not loaded. */
type Child = Node | Uint8Array

export const emptyRoot = keccak256(Uint8Array.of(0x80))
const empty = Uint8Array.of(0x80)
/** How deep the nodes are that it keeps where it must let go of some. */
const keptDepth = 3

export class Trie {
  readonly #store: NodeStore
  #root: Child | undefined
  readonly #mostLoaded: number
  #loaded = 0

  /**
   * @param root hash of a root that `store` has
   * @param mostLoaded nodes that it may hold on to from one root to the next
   */
  constructor(store: NodeStore, root: Uint8Array = emptyRoot, mostLoaded = 20_000) {
    this.#store = store
    this.#mostLoaded = mostLoaded
    this.#root = isEqual(root, emptyRoot) ? undefined : referenceTo(root)
  }

  /** @throws LEDGER_DAMAGED where a node is missing */
  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const path = nibblesOf(key)
    const loading = this.#load(path, false)
    if (loading !== undefined) await loading
    let at = 0
    for (let node = this.#root as Node | undefined; node !== undefined; ) {
      if (node.kind === 'leaf') return isAt(node.path, path, at) ? node.value : undefined
      if (node.kind === 'extension') {
        if (!isAt(node.path, path, at)) return undefined
        at += node.path.length
        node = node.child as Node
      } else node = node.children[path[at++]!] as Node | undefined
    }
    return undefined
  }

  /** @param value undefined removes the key */
  async set(key: Uint8Array, value: Uint8Array | undefined): Promise<void> {
    const path = nibblesOf(key)
    const loading = this.#load(path, value === undefined)
    if (loading !== undefined) await loading
    this.#root = value === undefined ? this.#remove(this.#root, path, 0) : this.#insert(this.#root, path, 0, value)
  }

  /** Hash of everything; the nodes that are new go to the store. */
  root(): Uint8Array {
    if (this.#root === undefined) return emptyRoot
    if (this.#root instanceof Uint8Array) return this.#root.slice(1)
    const reference = this.#refer(this.#root, true)
    const hash = reference.slice(1)
    if (this.#loaded > this.#mostLoaded) {
      this.#loaded = 0
      this.#root = this.#unloaded(this.#root, 0)
    }
    return hash
  }

  // ---- changes -----------------------------------------------------------------------------------------------------

  #insert(child: Child | undefined, path: Uint8Array, at: number, value: Uint8Array): Node {
    if (child === undefined) return this.#leaf(path.subarray(at), value)
    const node = child as Node // what lies on the way is loaded
    node.reference = undefined
    if (node.kind === 'branch') {
      const nibble = path[at]!
      node.children[nibble] = this.#insert(node.children[nibble], path, at + 1, value)
      return node
    }
    const common = commonLength(node.path, path, at)
    if (common === node.path.length) {
      if (node.kind === 'leaf') node.value = value
      else node.child = this.#insert(node.child, path, at + common, value)
      return node
    }
    const branch: Branch = { kind: 'branch', children: new Array(16).fill(undefined), reference: undefined }
    this.#loaded++
    const [nibble, rest] = [node.path[common]!, node.path.subarray(common + 1)]
    const before = node.path.subarray(0, common)
    branch.children[nibble] = node.kind === 'extension' && rest.length === 0 ? node.child : node
    node.path = rest
    branch.children[path[at + common]!] = this.#leaf(path.subarray(at + common + 1), value)
    return common === 0 ? branch : { kind: 'extension', path: before, child: branch, reference: undefined }
  }

  #remove(child: Child | undefined, path: Uint8Array, at: number): Node | undefined {
    if (child === undefined) return undefined
    const node = child as Node
    if (node.kind === 'leaf') return isAt(node.path, path, at) ? undefined : node
    if (node.kind === 'extension') {
      if (!isAt(node.path, path, at)) return node
      const after = this.#remove(node.child, path, at + node.path.length)!
      return after === node.child && after.reference !== undefined ? node : joined(node.path, after)
    }
    const nibble = path[at]!
    const before = node.children[nibble]
    const after = this.#remove(before, path, at + 1)
    if (after === before && (after === undefined || after.reference !== undefined)) return node
    node.children[nibble] = after
    node.reference = undefined
    if (after !== undefined) return node
    const left = node.children.flatMap((c, i) => (c === undefined ? [] : [i]))
    if (left.length > 1) return node
    return joined(Uint8Array.of(left[0]!), node.children[left[0]!] as Node)
  }

  #leaf(path: Uint8Array, value: Uint8Array): Leaf {
    this.#loaded++
    return { kind: 'leaf', path, value, reference: undefined }
  }

  // ---- encoding ----------------------------------------------------------------------------------------------------

  #refer(child: Child, isRoot = false): Uint8Array {
    if (child instanceof Uint8Array) return child
    if (child.reference !== undefined && (!isRoot || child.reference.length === 33)) return child.reference
    const encoded = this.#encode(child)
    if (encoded.length < 32 && !isRoot) child.reference = encoded
    else {
      const hash = keccak256(encoded)
      this.#store.put(toHex(hash), encoded)
      child.reference = referenceTo(hash)
    }
    return child.reference
  }

  #encode(node: Node): Uint8Array {
    if (node.kind === 'leaf') return rlpList([rlpBytes(compact(node.path, true)), rlpBytes(node.value)])
    if (node.kind === 'extension') return rlpList([rlpBytes(compact(node.path, false)), this.#refer(node.child)])
    const items = node.children.map((child) => (child === undefined ? empty : this.#refer(child)))
    items.push(empty)
    return rlpList(items)
  }

  // ---- loading -----------------------------------------------------------------------------------------------------

  /**
   * Loads what lies on the way of a key; to remove it, also what its neighbours may be joined with.
   * @returns undefined where all of it is there already
   */
  #load(path: Uint8Array, removal: boolean): Promise<void> | undefined {
    if (this.#root instanceof Uint8Array) return this.#fetch(path, removal)
    let at = 0
    for (let node = this.#root; node !== undefined && node.kind !== 'leaf'; ) {
      let next: Child | undefined
      if (node.kind === 'extension') {
        if (!isAt(node.path, path, at)) return undefined
        at += node.path.length
        next = node.child
      } else {
        if (removal && neighbour(node, path[at]!) instanceof Uint8Array) return this.#fetch(path, removal)
        next = node.children[path[at++]!]
      }
      if (next instanceof Uint8Array) return this.#fetch(path, removal)
      node = next
    }
    return undefined
  }

  async #fetch(path: Uint8Array, removal: boolean): Promise<void> {
    if (this.#root instanceof Uint8Array) this.#root = await this.#read(this.#root)
    let at = 0
    for (let node = this.#root; node !== undefined && node.kind !== 'leaf'; ) {
      if (node.kind === 'extension') {
        if (!isAt(node.path, path, at)) return
        at += node.path.length
        if (node.child instanceof Uint8Array) node.child = await this.#read(node.child)
        node = node.child
        continue
      }
      const nibble = path[at++]!
      if (removal) {
        const beside = neighbour(node, nibble)
        if (beside instanceof Uint8Array) node.children[node.children.indexOf(beside)] = await this.#read(beside)
      }
      const next = node.children[nibble]
      if (next instanceof Uint8Array) {
        const read = await this.#read(next)
        node.children[nibble] = read
        node = read
      } else node = next
    }
  }

  async #read(reference: Uint8Array): Promise<Node> {
    const hash = toHex(reference.subarray(1))
    const bytes = await this.#store.get(hash)
    if (bytes === undefined) throw ledgerErrors.LEDGER_DAMAGED({ what: 'a node of the state is missing' })
    const node = this.#decode(RLP.decode(bytes) as Item[])
    node.reference = reference
    return node
  }

  #decode(items: Item[]): Node {
    this.#loaded++
    if (items.length === 17) {
      const children = items.slice(0, 16).map((item) => this.#childOf(item))
      return { kind: 'branch', children, reference: undefined }
    }
    const [path, isLeaf] = expanded(items[0] as Uint8Array)
    if (isLeaf) return { kind: 'leaf', path, value: items[1] as Uint8Array, reference: undefined }
    return { kind: 'extension', path, child: this.#childOf(items[1]!)!, reference: undefined }
  }

  #childOf(item: Item): Child | undefined {
    if (!(item instanceof Uint8Array)) {
      const node = this.#decode(item)
      node.reference = RLP.encode(item)
      return node
    }
    return item.length === 0 ? undefined : referenceTo(item)
  }

  /** The same with what lies deep replaced by references, for the memory's sake. */
  #unloaded(child: Child, depth: number): Child {
    if (child instanceof Uint8Array || child.kind === 'leaf') return child
    const { reference } = child
    if (depth >= keptDepth && reference?.length === 33) return reference
    this.#loaded++
    if (child.kind === 'extension') child.child = this.#unloaded(child.child, depth + 1)
    else child.children = child.children.map((c) => (c === undefined ? undefined : this.#unloaded(c, depth + 1)))
    return child
  }
}

type Item = Uint8Array | Item[]

function referenceTo(hash: Uint8Array): Uint8Array {
  const out = new Uint8Array(33)
  out[0] = 0xa0
  out.set(hash, 1)
  return out
}

/** The only other child of a branch of two, which is left alone when the one at `nibble` goes. */
function neighbour({ children }: Branch, nibble: number): Child | undefined {
  let found: Child | undefined
  for (let i = 0; i < 16; i++) {
    if (i === nibble || children[i] === undefined) continue
    if (found !== undefined) return undefined
    found = children[i]
  }
  return found
}

/** A node below a path: the path goes into it where it has one itself. */
function joined(path: Uint8Array, node: Node): Node {
  if (node.kind === 'branch') return { kind: 'extension', path, child: node, reference: undefined }
  node.path = Uint8Array.of(...path, ...node.path)
  node.reference = undefined
  return node
}

function nibblesOf(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(2 * bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    out[2 * i] = bytes[i]! >> 4
    out[2 * i + 1] = bytes[i]! & 15
  }
  return out
}

/** Hex-prefix encoding: two nibbles a byte, a flag for leaves and one for an odd number. */
function compact(path: Uint8Array, isLeaf: boolean): Uint8Array {
  const odd = path.length % 2
  const out = new Uint8Array(1 + ((path.length - odd) >> 1))
  out[0] = (isLeaf ? 0x20 : 0) | (odd === 1 ? 0x10 | path[0]! : 0)
  for (let i = 1, at = odd; i < out.length; i++, at += 2) out[i] = (path[at]! << 4) | path[at + 1]!
  return out
}

function expanded(bytes: Uint8Array): [path: Uint8Array, isLeaf: boolean] {
  const nibbles = nibblesOf(bytes)
  return [nibbles.subarray(nibbles[0]! & 1 ? 1 : 2), nibbles[0]! >= 2]
}

/** Whether `path` goes on with `part` at this place. */
function isAt(part: Uint8Array, path: Uint8Array, at: number): boolean {
  for (let i = 0; i < part.length; i++) if (part[i] !== path[at + i]) return false
  return true
}

function commonLength(part: Uint8Array, path: Uint8Array, at: number): number {
  let i = 0
  while (i < part.length && part[i] === path[at + i]) i++
  return i
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && isAt(a, b, 0)
