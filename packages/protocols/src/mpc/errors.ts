import { errorCatalog } from '@secureflow/base'

export const mpcErrors = errorCatalog({
  MPC_DEALER_MISMATCH: {
    class: 'peer',
    en: 'The dealer dealt something else than correlation {counter} ({kind}).',
    zh: '发牌方分发的内容与第 {counter} 个相关随机数（{kind}）不符。',
    fix: {
      en: 'The parties follow different plans; compare versions and parameters, then run again.',
      zh: '各方执行的计划不一致；请比对版本与参数后重新运行。',
    },
  },
  MPC_PLAN_MISMATCH: {
    class: 'peer',
    en: 'A data party came to the dealer with another {what}.',
    zh: '一个数据方向发牌方提交的 {what} 不一致。',
    fix: {
      en: 'All parties must run the agreed version with the agreed parameters; compare them and run again.',
      zh: '各方必须以约定的版本与参数运行；请比对后重新运行。',
    },
  },
  MPC_BAD_ANNOUNCEMENT: {
    class: 'peer',
    en: 'The partner announced sizes that are no whole numbers.',
    zh: '合作方通告的规模不是有效的整数。',
    fix: { en: 'The partner runs other software; compare versions.', zh: '合作方运行的软件不同；请比对版本。' },
  },
  MPC_OUT_OF_RANGE: {
    class: 'input',
    en: '{count} values of "{label}" are not numbers within ±{limit}.',
    zh: '“{label}”中有 {count} 个值不是 ±{limit} 以内的数。',
    fix: { en: 'Standardise or clip {label} first.', zh: '请先对 {label} 做标准化或截断。' },
  },
})
