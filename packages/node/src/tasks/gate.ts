/**
 * The owner's gate: every opening of a task passes here, in the owner's node, before the message that discloses. It counts
 * against the agreed statement, asks the owner's terms on the node's own numbers, and writes the release down first.
 */
import { errorCatalog } from '@secureflow/base'
import type { PlannedDisclosure } from '@secureflow/flow'

export interface GateRelease {
  disclosure: string
  to: string
  count: number
}

export interface GateOptions {
  self: string
  disclosures: readonly PlannedDisclosure[]
  /** The owner's terms as they stand now. @throws PolicyError */
  allowed: (planned: PlannedDisclosure, release: GateRelease) => Promise<void>
  /** Durable before the answer. */
  write: (release: GateRelease) => Promise<void>
}

export class Gate {
  readonly #options: GateOptions
  readonly #opened = new Map<string, number>()

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** @throws GATE_UNDECLARED, GATE_TOO_MUCH, or what the owner's terms say */
  async release(release: GateRelease): Promise<void> {
    const { self, disclosures, allowed, write } = this.#options
    const { disclosure, to, count } = release
    const planned = disclosures.find((d) => d.id === disclosure && d.to === to && d.from.includes(self))
    if (planned === undefined) throw gateErrors.GATE_UNDECLARED({ disclosure, to })
    const key = `${disclosure}>${to}`
    const total = (this.#opened.get(key) ?? 0) + count
    if (!Number.isSafeInteger(count) || count < 0 || total > planned.atMost)
      throw gateErrors.GATE_TOO_MUCH({ disclosure, to, total, atMost: planned.atMost })
    this.#opened.set(key, total)
    await allowed(planned, release)
    await write(release)
  }

  /** What was released in this attempt, for the receipt. */
  released(): { disclosure: string; to: string; count: number }[] {
    return [...this.#opened].map(([key, count]) => {
      const at = key.indexOf('>')
      return { disclosure: key.slice(0, at), to: key.slice(at + 1), count }
    })
  }
}

export const gateErrors = errorCatalog({
  GATE_UNDECLARED: {
    class: 'policy',
    en: 'The task wanted to open "{disclosure}" to {to}, which the agreed statement does not contain.',
    zh: '任务试图向 {to} 披露“{disclosure}”，而约定的披露声明中没有这一项。',
    fix: {
      en: 'Nothing was opened. The component and its declaration differ: report it.',
      zh: '没有披露任何内容。组件与其声明不一致：请报告此问题。',
    },
  },
  GATE_TOO_MUCH: {
    class: 'policy',
    en: 'The task wanted to open {total} elements of "{disclosure}" to {to}; the agreed statement allows {atMost}.',
    zh: '任务试图向 {to} 披露 {total} 个“{disclosure}”元素；约定的披露声明只允许 {atMost} 个。',
    fix: {
      en: 'Nothing more was opened. Compare the sizes of the inputs with the agreement.',
      zh: '没有再披露任何内容。请将输入的大小与约定书比对。',
    },
  },
})
