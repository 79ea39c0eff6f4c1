/** What may be wrong with a flow. A problem says where; all problems of a flow are collected before anybody is told. */
import { errorCatalog, type Locale, SecureflowError } from '@secureflow/base'

export const flowErrors = errorCatalog({
  FLOW_NOT_YAML: {
    class: 'input',
    en: 'This is not well-formed YAML or JSON ({reason}).',
    zh: '这不是格式正确的 YAML 或 JSON（{reason}）。',
    fix: { en: 'Correct the text at this place; see docs/flows.md.', zh: '请更正此处文本；参见 docs/flows.md。' },
  },
  FLOW_TOO_LARGE: {
    class: 'input',
    en: 'The flow has {actual} {what}; at most {allowed} are allowed.',
    zh: '流程的 {what} 数量为 {actual}，最多允许 {allowed}。',
    fix: { en: 'Divide it into several flows.', zh: '请拆分为多个流程。' },
  },
  FLOW_SHAPE: {
    class: 'input',
    en: '"{where}" should be {expected}.',
    zh: '“{where}”应为 {expected}。',
    fix: {
      en: 'A flow has: flow, purpose, parties, steps. A step has: use, at, of, inputs and parameters.',
      zh: '流程包含 flow、purpose、parties、steps；步骤包含 use、at、of、输入与参数。',
    },
  },
  FLOW_MEMBER_TWICE: {
    class: 'input',
    en: '{member} stands behind more than one alias: {aliases}.',
    zh: '成员 {member} 对应多个别名：{aliases}。',
    fix: { en: 'Give each member one alias.', zh: '请为每个成员只设一个别名。' },
  },
  FLOW_UNKNOWN_COMPONENT: {
    class: 'input',
    en: 'There is no component "{component}".',
    zh: '没有名为“{component}”的组件。',
    fix: { en: 'Use one of: {known}.', zh: '请使用以下组件之一：{known}。' },
  },
  FLOW_UNKNOWN_SETTING: {
    class: 'input',
    en: '{component} has no input or parameter "{setting}".',
    zh: '组件 {component} 没有输入或参数“{setting}”。',
    fix: { en: 'It takes: {known}.', zh: '可用的有：{known}。' },
  },
  FLOW_MISSING_PARAM: {
    class: 'input',
    en: '{component} needs the parameter "{param}".',
    zh: '组件 {component} 需要参数“{param}”。',
    fix: { en: 'Set it to {expected}.', zh: '请设为 {expected}。' },
  },
  FLOW_BAD_PARAM: {
    class: 'input',
    en: '"{param}" should be {expected}, not {received}.',
    zh: '“{param}”应为 {expected}，而不是 {received}。',
    fix: { en: 'Correct "{param}".', zh: '请更正“{param}”。' },
  },
  FLOW_MISSING_INPUT: {
    class: 'input',
    en: '{component} needs the input "{port}", a {type}.',
    zh: '组件 {component} 需要输入“{port}”（{type}）。',
    fix: { en: 'Name a step that gives one: {port}: <step>.', zh: '请指定给出它的步骤：{port}: <步骤>。' },
  },
  FLOW_INPUT_TWICE: {
    class: 'input',
    en: 'The input "{port}" is given twice.',
    zh: '输入“{port}”给出了两次。',
    fix: { en: 'Name it under "of" or by itself, not both.', zh: '请只在“of”下或单独写一次。' },
  },
  FLOW_UNKNOWN_STEP: {
    class: 'input',
    en: '"{reference}" names no step.',
    zh: '“{reference}”不是任何步骤的名称。',
    fix: { en: 'The steps are: {known}.', zh: '已有步骤：{known}。' },
  },
  FLOW_UNKNOWN_OUTPUT: {
    class: 'input',
    en: '"{reference}": {component} has no output of that name.',
    zh: '“{reference}”：组件 {component} 没有该名称的输出。',
    fix: { en: 'Its outputs are: {known}.', zh: '它的输出有：{known}。' },
  },
  FLOW_AMBIGUOUS_OUTPUT: {
    class: 'input',
    en: '"{reference}" has more than one output.',
    zh: '“{reference}”有多个输出。',
    fix: { en: 'Say which: {known}.', zh: '请指明其一：{known}。' },
  },
  FLOW_WRONG_TYPE: {
    class: 'input',
    en: 'The input "{port}" takes a {expected}; "{reference}" is a {actual}.',
    zh: '输入“{port}”需要 {expected}，而“{reference}”是 {actual}。',
    fix: { en: 'Name a step that gives a {expected}.', zh: '请指定给出 {expected} 的步骤。' },
  },
  FLOW_CYCLE: {
    class: 'input',
    en: 'These steps wait for each other: {steps}.',
    zh: '这些步骤相互等待：{steps}。',
    fix: { en: 'Remove one of the references.', zh: '请去掉其中一个引用。' },
  },
  FLOW_UNKNOWN_PARTY: {
    class: 'input',
    en: '"{alias}" is no alias of this flow.',
    zh: '“{alias}”不是本流程的别名。',
    fix: { en: 'The aliases are: {known}.', zh: '已有别名：{known}。' },
  },
  FLOW_MISSING_AT: {
    class: 'input',
    en: '{component} has no input that says where it runs.',
    zh: '组件 {component} 没有可确定运行位置的输入。',
    fix: { en: 'Add at: <alias>. The aliases are: {known}.', zh: '请加上 at: <别名>。已有别名：{known}。' },
  },
  FLOW_NEEDLESS_AT: {
    class: 'input',
    en: '{component} runs where its inputs are; "at" says nothing here.',
    zh: '组件 {component} 在其输入所在处运行，此处不应写“at”。',
    fix: { en: 'Remove "at".', zh: '请去掉“at”。' },
  },
  FLOW_NO_DEALER: {
    class: 'input',
    en: '{component} needs a dealer, and this flow names none.',
    zh: '组件 {component} 需要分发方（dealer），而本流程没有指定。',
    fix: {
      en: 'Add to the parties: dealer: <a member that brings no data>.',
      zh: '请在 parties 中加入 dealer: <不提供数据的成员>。',
    },
  },
  FLOW_PART_COUNT: {
    class: 'input',
    en: 'The part "{part}" needs {expected}; here it falls to {actual}.',
    zh: '角色“{part}”需要 {expected}；此处对应的是 {actual}。',
    fix: {
      en: 'Look at the inputs: whoever holds them takes part.',
      zh: '请检查输入：持有输入的成员即为参与方。',
    },
  },
  FLOW_PART_TWICE: {
    class: 'input',
    en: '{member} would play two parts at once: {parts}.',
    zh: '{member} 将同时担任两个角色：{parts}。',
    fix: { en: 'Two different members are needed.', zh: '需要两个不同的成员。' },
  },
  FLOW_UNKNOWN_ASSET: {
    class: 'input',
    en: '{member} has no dataset "{asset}" in view.',
    zh: '{member} 没有可见的数据集“{asset}”。',
    fix: {
      en: 'Register it at its owner, or name one of: {known}.',
      zh: '请先在所有者处登记，或改用：{known}。',
    },
  },
  FLOW_DEALER_HAS_DATA: {
    class: 'policy',
    en: '{dealer} deals randomness in this flow and may hold nothing else, but plays "{part}" here.',
    zh: '{dealer} 在本流程中分发随机数，不得持有其他任何数据，但在此处担任“{part}”。',
    fix: {
      en: 'Let another member deal, or take the step away from {dealer}.',
      zh: '请改由其他成员分发，或不要让 {dealer} 参与该步骤。',
    },
  },
  FLOW_BAD_ASSET: {
    class: 'input',
    en: 'The dataset {asset} of {member} is stated with {what}.',
    zh: '{member} 的数据集 {asset} 的登记信息有误：{what}。',
    fix: { en: 'Register it again at its owner.', zh: '请在所有者处重新登记。' },
  },
  FLOW_BAD_LINK: {
    class: 'input',
    en: 'The link {pair} is stated with figures that no link has.',
    zh: '链路 {pair} 的数据不合理。',
    fix: {
      en: 'Round trip: 0 to 60,000 ms; rate: 1 kB/s to 1 TB/s.',
      zh: '往返时延应为 0 至 60,000 毫秒；速率应为 1 kB/s 至 1 TB/s。',
    },
  },
  FLOW_REFUSED: {
    class: 'input',
    en: 'The flow has {count} problems.',
    zh: '流程有 {count} 个问题。',
    fix: { en: 'Correct each of them.', zh: '请逐一更正。' },
  },
})

/** One thing wrong with a flow, and where. */
export interface Problem {
  step?: string
  /** A parameter or an input port. */
  field?: string
  line?: number
  error: SecureflowError
}

export type Checked<T> = { ok: true; value: T } | { ok: false; problems: Problem[] }

export function sayProblem({ step, field, line, error }: Problem, locale: Locale): string {
  const { code, what, fix } = error.say(locale)
  const words =
    locale === 'zh'
      ? { line: '第 {} 行', step: '步骤 {}', comma: '，', colon: '：' }
      : { line: 'line {}', step: 'step {}', comma: ', ', colon: ': ' }
  const at = [
    ...(line === undefined ? [] : [words.line.replace('{}', String(line))]),
    ...(step === undefined ? [] : [words.step.replace('{}', step)]),
    ...(field === undefined ? [] : [field]),
  ].join(words.comma)
  return `${code}  ${at === '' ? '' : at + words.colon}${what}${locale === 'zh' ? '' : ' '}${fix}`
}

/** All problems of a flow as one error: the only problem's own code, or FLOW_REFUSED. */
export class FlowRefused extends SecureflowError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const { code, template, fields } =
      problems.length === 1 ? problems[0]!.error : flowErrors.FLOW_REFUSED({ count: problems.length })
    super(code, template, fields)
    this.name = 'FlowRefused'
    this.message = problems.map((p) => sayProblem(p, 'en')).join('\n')
    this.problems = problems
  }
}

export function orThrow<T>(checked: Checked<T>): T {
  if (!checked.ok) throw new FlowRefused(checked.problems)
  return checked.value
}
