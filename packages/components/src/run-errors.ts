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
  RUN_NO_KEYS: {
    class: 'input',
    en: 'None of the {rows} rows has a value in each of {columns} that its rule can read.',
    zh: '{rows} 行中没有任何一行在 {columns} 各列上都有规则可读取的取值。',
    fix: {
      en: 'Look at the rules of the key: dates, phone and identity numbers that cannot be read count as missing.',
      zh: '请检查多列键的规则：无法读取的日期、电话与身份证号视为缺失。',
    },
  },
  RUN_TOO_FEW_ROWS: {
    class: 'input',
    en: '{rows} rows cannot be divided: {train} would go to train and {test} to test.',
    zh: '{rows} 行无法划分：训练集 {train} 行，测试集 {test} 行。',
    fix: { en: 'Bring more rows, or change the test share.', zh: '请增加行数，或调整测试占比。' },
  },
})
