/** What a run may find wrong with the rows that reach it. */
import { errorCatalog } from '@secureflow/base'

export const runErrors = errorCatalog({
  RUN_NOTHING_IN_COMMON: {
    class: 'input',
    en: 'No id of the {rows} rows in column "{column}" is found on the other side.',
    zh: '列“{column}”的 {rows} 行中没有任何 id 出现在对方表中。',
    fix: {
      en: 'Compare with the partner which column is the id, and how it is written: blanks, case, full width.',
      zh: '请与合作方核对 id 列及其写法：空格、大小写、全角半角。',
    },
  },
  RUN_TOO_FEW_ROWS: {
    class: 'input',
    en: '{rows} rows cannot be divided: {train} would go to train and {test} to test.',
    zh: '{rows} 行无法划分：训练集 {train} 行，测试集 {test} 行。',
    fix: { en: 'Bring more rows, or change the test share.', zh: '请增加行数，或调整测试占比。' },
  },
})
