import { errorCatalog } from '@secureflow/base'

const askPartner = {
  en: 'The partner deviates from the protocol or runs another version; do not retry before asking them.',
  zh: '合作方偏离了协议或运行了其他版本；重试前请先联系对方。',
}

export const psiErrors = errorCatalog({
  PSI_DUPLICATE_ID: {
    class: 'input',
    en: 'Rows {first} and {second} have the same id (rows are counted from 1).',
    zh: '第 {first} 行与第 {second} 行的标识相同（行号从 1 开始）。',
    fix: {
      en: 'Keep one row for each id, or aggregate them first.',
      zh: '请为每个标识只保留一行，或先进行汇总。',
    },
  },
  PSI_INVALID_ID: {
    class: 'input',
    en: 'The id in row {row} is not valid Unicode text (rows are counted from 1).',
    zh: '第 {row} 行的标识不是有效的 Unicode 文本（行号从 1 开始）。',
    fix: { en: 'Correct the encoding of the id column.', zh: '请更正标识列的编码。' },
  },
  PSI_TOO_MANY_ROWS: {
    class: 'input',
    en: '{rows} rows are too many for one intersection, at most {allowed} are possible.',
    zh: '单次求交最多支持 {allowed} 行，现有 {rows} 行。',
    fix: { en: 'Split the table by a part of the id.', zh: '请按标识的一部分拆分数据表。' },
  },
  PSI_VALUES_SHAPE: {
    class: 'input',
    en: '{columns} columns of {size} bytes a row cannot go along with {rows} rows: at most {allowed} bytes a row.',
    zh: '{columns} 列、每行 {size} 字节的取值无法随 {rows} 行一同送达：每行至多 {allowed} 字节。',
    fix: { en: 'Name fewer columns, or shorten the texts.', zh: '请减少列数，或缩短文本。' },
  },
  PSI_NOBODY_LEARNS: {
    class: 'input',
    en: 'Columns cannot go to the {side} side: it does not learn the rows in common.',
    zh: '无法把列送给 {side} 侧：该侧不知晓共有行。',
    fix: {
      en: 'Let that side learn the rows in common, or take its columns out.',
      zh: '请让该侧知晓共有行，或去掉这些列。',
    },
  },
  PSI_PADDING_TOO_SMALL: {
    class: 'input',
    en: '{rows} rows do not fit under {size}, the size that was agreed to hide their number.',
    zh: '{rows} 行超出了约定用于隐藏行数的规模 {size}。',
    fix: { en: 'Agree on a larger size.', zh: '请约定更大的规模。' },
  },
  PSI_STAND_IN_MATCHED: {
    class: 'peer',
    en: 'A random row that stands in for none was found to be in common.',
    zh: '一个仅作占位的随机行被判为共有行。',
    fix: askPartner,
  },
  PSI_COUNT_NOT_OFFERED: {
    class: 'input',
    en: 'Protocol "{protocol}" cannot say how many rows are in common without saying which.',
    zh: '协议“{protocol}”无法只给出共有行数而不给出具体行。',
    fix: { en: 'Use protocol "ecdh" for the count alone.', zh: '若只需行数，请使用协议“ecdh”。' },
  },
  PSI_SUITE_NOT_OFFERED: {
    class: 'input',
    en: 'Protocol "{protocol}" does not compute in a group, so that suite "{suite}" means nothing to it.',
    zh: '协议“{protocol}”不在群上计算，套件“{suite}”对其没有意义。',
    fix: { en: 'Leave out the suite, or use protocol "ecdh".', zh: '请去掉套件，或使用协议“ecdh”。' },
  },
  PSI_UNKNOWN_MATCH: {
    class: 'peer',
    en: 'The partner named matches that it could not prove to have.',
    zh: '合作方列出了其无法证明持有的匹配项。',
    fix: askPartner,
  },
  PSI_ENCODING_FAILED: {
    class: 'internal',
    en: 'This set could not be encoded under the randomness of this attempt, which happens once in 2^40.',
    zh: '在本次尝试的随机数下无法编码该集合，这种情况的概率为 2^-40。',
    fix: { en: 'Run again.', zh: '请重新运行。' },
  },
  PSI_BUCKETS_NOT_OFFERED: {
    class: 'input',
    en: 'This intersection cannot be divided into {buckets} buckets: a power of two from 1 to {most} is possible.',
    zh: '本次求交无法分为 {buckets} 个桶：可取 1 到 {most} 之间的 2 的幂。',
    fix: {
      en: 'Leave out "buckets" for protocol "ecdh" and where columns are brought along, or give it more memory.',
      zh: '使用协议“ecdh”或附带列时请去掉“buckets”，或为其分配更多内存。',
    },
  },
  PSI_NO_SCRATCH: {
    class: 'internal',
    en: 'An intersection in {buckets} buckets needs scratch files, and there are none here.',
    zh: '分 {buckets} 个桶求交需要临时文件，而此处没有。',
    fix: { en: 'Run it inside a node, or without buckets.', zh: '请在节点内运行，或不分桶运行。' },
  },
  PSI_SCRATCH_LOST: {
    class: 'internal',
    en: 'Scratch files of this intersection were changed while it ran.',
    zh: '本次求交的临时文件在运行期间被改动。',
    fix: {
      en: 'Keep other programs out of the home folder of the node, then run again.',
      zh: '请勿让其他程序改动节点主目录，然后重新运行。',
    },
  },
  PSI_WRONG_PARTIES: {
    class: 'input',
    en: 'An intersection needs one left and one right party; {left} play left, {right} play right.',
    zh: '求交需要左右各一方；现有左方 {left} 个、右方 {right} 个。',
    fix: { en: 'Bind the step to two members.', zh: '请将该步骤绑定到两个成员。' },
  },
  PSI_PARAMETERS_DIFFER: {
    class: 'peer',
    en: 'The two sides disagree on "{parameter}" of the intersection.',
    zh: '双方在求交参数“{parameter}”上不一致。',
    fix: {
      en: 'Compare the versions and the agreement of both sides.',
      zh: '请比对双方的版本与约定书。',
    },
  },
  PSI_WRONG_COUNT: {
    class: 'peer',
    en: '"{label}" expected {expected} items, received {received}.',
    zh: '“{label}”应有 {expected} 项，收到 {received} 项。',
    fix: askPartner,
  },
  PSI_INVALID_POINT: {
    class: 'peer',
    en: 'Item {index} of "{label}" is not a valid curve point.',
    zh: '“{label}”的第 {index} 项不是有效的曲线点。',
    fix: askPartner,
  },
  PSI_DUPLICATE: {
    class: 'peer',
    en: 'Item {index} of "{label}" repeats an earlier one.',
    zh: '“{label}”的第 {index} 项与之前的某项重复。',
    fix: askPartner,
  },
  PSI_INVALID_INDEX: {
    class: 'peer',
    en: 'Item {index} of "{label}" names a row that does not exist.',
    zh: '“{label}”的第 {index} 项指向不存在的行。',
    fix: askPartner,
  },
  PSI_BAD_COMMITMENT: {
    class: 'peer',
    en: 'The opened nonce does not match its commitment.',
    zh: '公开的随机数与其承诺不符。',
    fix: askPartner,
  },
  PSI_TRANSCRIPTS_DIFFER: {
    class: 'peer',
    en: 'The two sides have not seen the same messages of the intersection.',
    zh: '双方在求交中看到的消息不一致。',
    fix: {
      en: 'Bytes were altered on the way or by the partner; no result is used. Run again, then ask the partner.',
      zh: '数据在途中或被合作方改动；结果未被采用。请重新运行，若再次发生请联系对方。',
    },
  },
})
