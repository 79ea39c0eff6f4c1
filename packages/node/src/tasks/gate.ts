/**
 * The owner's gate: every opening of a task passes here, in the owner's node, before the message that discloses. It counts
 * against the agreed statement, asks the owner's terms on the node's own numbers, and writes the release down first, with
 * the rows that it is about: where these, with those of earlier ones, isolate too few, it is neither written nor opened.
 */
import { errorCatalog, type SecureflowError } from '@secureflow/base'
import type { DenialReason, PlannedDisclosure } from '@secureflow/flow'

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
  /** Durable before the answer. @throws what the differencing guard says against it; nothing is written then */
  write: (planned: PlannedDisclosure, release: GateRelease) => Promise<void>
}

export class Gate {
  readonly #options: GateOptions
  readonly #opened = new Map<string, number>()

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** @throws GATE_UNDECLARED, GATE_TOO_MUCH, GATE_ROWS_*, or what the owner's terms say */
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
    await write(planned, release)
  }

  /** What was released in this attempt, for the receipt. */
  released(): { disclosure: string; to: string; count: number }[] {
    return [...this.#opened].map(([key, count]) => {
      const at = key.indexOf('>')
      return { disclosure: key.slice(0, at), to: key.slice(at + 1), count }
    })
  }
}

/** The guard's word, in the words of the task. */
export function refusalOf(
  { code, expected, actual }: Pick<DenialReason, 'code' | 'expected' | 'actual'>,
  at: { asset: string; disclosure: string; to: string },
): SecureflowError {
  const told = { ...at, atLeast: expected }
  if (code === 'GUARD_SMALL') return gateErrors.GATE_ROWS_FEW({ ...told, rows: actual })
  if (code === 'GUARD_DIFFERENCE') return gateErrors.GATE_ROWS_ISOLATED(told)
  return gateErrors.GATE_ROWS_UNDECIDED(told)
}

export const gateErrors = errorCatalog({
  GATE_ROWS_FEW: {
    class: 'policy',
    en: '"{disclosure}" to {to} would be about {rows} rows of {asset}, or about all but {rows}; its owner asks for at least {atLeast}.',
    zh: '向 {to} 披露的“{disclosure}”只涉及 {asset} 的 {rows} 行，或仅缺 {rows} 行；其所有者要求至少 {atLeast} 行。',
    fix: {
      en: 'Nothing was opened. Bring more rows, or ask the owner to lower minimumRows or aggregateRows in its terms.',
      zh: '没有披露任何内容。请提供更多行，或请所有者在条款中降低 minimumRows 或 aggregateRows。',
    },
  },
  GATE_ROWS_ISOLATED: {
    class: 'policy',
    en: 'Together with what was released about {asset} before, "{disclosure}" to {to} would isolate fewer than {atLeast} rows.',
    zh: '与此前就 {asset} 披露的内容结合，向 {to} 披露“{disclosure}”将区分出少于 {atLeast} 行。',
    fix: {
      en: 'Nothing was opened. Repeat the earlier run, or use rows that differ from those of earlier runs by at least {atLeast}.',
      zh: '没有披露任何内容。请重复先前的运行，或使用与先前运行相差至少 {atLeast} 行的数据。',
    },
  },
  GATE_ROWS_UNDECIDED: {
    class: 'policy',
    en: 'Whether "{disclosure}" to {to} isolates fewer than {atLeast} rows of {asset} cannot be decided from what was released before.',
    zh: '根据此前披露的内容，无法判定向 {to} 披露“{disclosure}”是否会区分出 {asset} 的少于 {atLeast} 行。',
    fix: {
      en: 'Nothing was opened. An earlier run can be repeated as it was; the owner can add a new version of the dataset.',
      zh: '没有披露任何内容。可原样重复先前的运行；所有者也可登记数据集的新版本。',
    },
  },
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
