import { errorCatalog } from '@secureflow/base'

export const learningErrors = errorCatalog({
  LEARNING_RANGE: {
    class: 'input',
    en: 'The declared ranges of the features allow a score of {largest}; the fixed-point numbers hold {allowed}.',
    zh: '按声明的特征范围，线性得分最大可达 {largest}；定点数最多容纳 {allowed}。',
    fix: {
      en: 'Clip extreme values, standardise the features, or use fewer columns.',
      zh: '请截断极端值、对特征做标准化，或减少列数。',
    },
  },
  LEARNING_BATCH_MASS: {
    class: 'input',
    en: 'Feature {column} is larger than {mean} on average over one batch.',
    zh: '第 {column} 个特征在某一批内的平均绝对值超过 {mean}。',
    fix: {
      en: 'Standardise or clip this feature, or use a larger batch.',
      zh: '请对该特征做标准化或截断，或增大批次。',
    },
  },
  LEARNING_BATCH_TOO_LARGE: {
    class: 'input',
    en: 'A batch of {batch} rows leaves too few bits for its gradient; at most {allowed} are possible.',
    zh: '{batch} 行的批次留给梯度的位数不足；最多 {allowed} 行。',
    fix: { en: 'Use a smaller batch.', zh: '请使用更小的批次。' },
  },
  LEARNING_PENALTY: {
    class: 'input',
    en: 'An L2 penalty of {l2} is too large for the fixed-point numbers of this training; at most {allowed} fits.',
    zh: 'L2 惩罚 {l2} 超出本次训练定点数的范围；最多 {allowed}。',
    fix: { en: 'Use a smaller penalty or a smaller learning rate.', zh: '请减小惩罚或学习率。' },
  },
  LEARNING_DIVERGED: {
    class: 'input',
    en: 'Training diverged: a weight grew beyond {bound}.',
    zh: '训练发散：某个权重超过 {bound}。',
    fix: {
      en: 'Lower the learning rate, or standardise the features; this model is not usable.',
      zh: '请降低学习率或对特征做标准化；此模型不可用。',
    },
  },
  LEARNING_ROWS_DIFFER: {
    class: 'peer',
    en: 'A partner brought {received} rows, here are {expected}.',
    zh: '合作方提供了 {received} 行，本方为 {expected} 行。',
    fix: { en: 'Align the tables first, at all parties.', zh: '请先在各方对齐数据表。' },
  },
})
