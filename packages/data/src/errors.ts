/** What can be wrong with a person's file. Names of files and columns and row numbers are shown; cell values never are. */
import { errorCatalog } from '@secureflow/base'

export const dataErrors = errorCatalog({
  DATA_FILE_MISSING: {
    class: 'input',
    en: 'There is no file {path}.',
    zh: '文件 {path} 不存在。',
    fix: { en: 'Check the path; it is read on the machine of the node.', zh: '请检查路径；文件由节点所在的机器读取。' },
  },
  DATA_FILE_UNREADABLE: {
    class: 'input',
    en: 'The file {path} cannot be read ({reason}).',
    zh: '无法读取文件 {path}（{reason}）。',
    fix: {
      en: 'Give the node the right to read it, or close the program that holds it open.',
      zh: '请授予节点读取权限，或关闭正在占用该文件的程序。',
    },
  },
  DATA_CHANGED: {
    class: 'input',
    en: 'The file {path} is not the version that was agreed on.',
    zh: '文件 {path} 与约定的版本不一致。',
    fix: {
      en: 'Put the registered file back, or register the new one and start another run.',
      zh: '请恢复已登记的文件，或登记新文件后重新发起运行。',
    },
  },
  DATA_UNKNOWN_FORMAT: {
    class: 'input',
    en: 'The file {path} is neither named .csv nor .parquet.',
    zh: '文件 {path} 的扩展名既不是 .csv 也不是 .parquet。',
    fix: { en: 'Rename it, or state its format.', zh: '请重命名文件，或指明其格式。' },
  },
  DATA_NOT_PARQUET: {
    class: 'input',
    en: 'The file {path} is not a complete Parquet file.',
    zh: '文件 {path} 不是完整的 Parquet 文件。',
    fix: { en: 'Export it again, or state the format csv.', zh: '请重新导出，或将格式指定为 csv。' },
  },
  DATA_NOT_UTF8: {
    class: 'input',
    en: 'The file {path} is not encoded in UTF-8.',
    zh: '文件 {path} 不是 UTF-8 编码。',
    fix: {
      en: 'Save it as "CSV UTF-8" (tables from Excel are often GBK or Latin-1).',
      zh: '请另存为“CSV UTF-8”（Excel 导出的表格常为 GBK 编码）。',
    },
  },
  DATA_WRONG_DELIMITER: {
    class: 'input',
    en: 'Read with the delimiter {delimiter}, the header of {path} is a single column, though it contains {found}.',
    zh: '以 {delimiter} 为分隔符时，{path} 的表头只有一列，但其中含有 {found}。',
    fix: { en: 'Use the delimiter {found}.', zh: '请使用分隔符 {found}。' },
  },
  DATA_BAD_CSV: {
    class: 'input',
    en: 'Line {line} of {path} does not have the {expected} columns of the header.',
    zh: '{path} 第 {line} 行的列数与表头的 {expected} 列不一致。',
    fix: {
      en: 'Correct that line: often a delimiter or a quote inside a value.',
      zh: '请更正该行：常见原因是值中含有分隔符或引号。',
    },
  },
  DATA_DUPLICATE_COLUMN: {
    class: 'input',
    en: 'The header of {path} names column {position} "{column}", which is empty or was used before.',
    zh: '{path} 的表头中第 {position} 列名为“{column}”，该名称为空或重复。',
    fix: { en: 'Give every column a name of its own.', zh: '请为每一列取不同的名称。' },
  },
  DATA_NO_COLUMN: {
    class: 'input',
    en: 'There is no column "{column}"; the table has: {columns}.',
    zh: '没有名为“{column}”的列；该表包含：{columns}。',
    fix: { en: 'Name one of these columns.', zh: '请从上述列中选择。' },
  },
  DATA_EMPTY: {
    class: 'input',
    en: '{what} has 0 rows.',
    zh: '{what} 共 0 行。',
    fix: { en: 'Give a table with at least one row of data.', zh: '请提供至少含一行数据的表。' },
  },
  DATA_NOT_A_NUMBER: {
    class: 'input',
    en: 'Column "{column}" is used as numbers but holds text, first in row {row} ({count} rows in all).',
    zh: '列“{column}”按数值使用，但含有文本，首次出现在第 {row} 行（共 {count} 行）。',
    fix: {
      en: 'Correct these cells, encode the column as numbers, or leave it out.',
      zh: '请更正这些单元格、将该列编码为数值，或不使用该列。',
    },
  },
  DATA_TEXT_COLUMN: {
    class: 'input',
    en: 'Column "{column}" holds text and cannot be a feature.',
    zh: '列“{column}”为文本，不能用作特征。',
    fix: { en: 'Leave it out, or encode it as numbers first.', zh: '请不使用该列，或先将其编码为数值。' },
  },
  DATA_MISSING_VALUE: {
    class: 'input',
    en: 'Column "{column}" has {count} missing values, at rows {rows}.',
    zh: '列“{column}”有 {count} 个缺失值，位于第 {rows} 行。',
    fix: {
      en: 'Fill them, remove these rows, or leave the column out.',
      zh: '请填补缺失值、删除这些行，或不使用该列。',
    },
  },
  DATA_NOT_FINITE: {
    class: 'input',
    en: 'Column "{column}" has {count} values that are NaN or infinite, at rows {rows}.',
    zh: '列“{column}”有 {count} 个 NaN 或无穷值，位于第 {rows} 行。',
    fix: {
      en: 'Correct them, remove these rows, or leave the column out.',
      zh: '请更正这些值、删除这些行，或不使用该列。',
    },
  },
  DATA_CONSTANT_COLUMN: {
    class: 'input',
    en: 'Column "{column}" has the same value in every one of the {rows} rows used, so it says nothing.',
    zh: '列“{column}”在所用的 {rows} 行中取值全部相同，不含任何信息。',
    fix: { en: 'Leave the column out.', zh: '请不使用该列。' },
  },
  DATA_LABEL_NOT_BINARY: {
    class: 'input',
    en: 'The label "{column}" must be 0 or 1 and take both values; it has {distinct} different values.',
    zh: '标签“{column}”应为 0 或 1 且两者都出现；实际有 {distinct} 种不同的值。',
    fix: {
      en: 'Encode the label as 1 for the event and 0 otherwise, or name another column.',
      zh: '请将标签编码为：事件发生为 1，否则为 0；或指定其他列。',
    },
  },
  DATA_MISSING_IDS: {
    class: 'input',
    en: 'The id column "{column}" is empty in {count} rows: {rows}.',
    zh: 'id 列“{column}”有 {count} 行为空：第 {rows} 行。',
    fix: { en: 'Fill in the ids or remove these rows.', zh: '请补全 id 或删除这些行。' },
  },
  DATA_DUPLICATE_IDS: {
    class: 'input',
    en: 'The id column "{column}" repeats an earlier id in {count} rows, after normalisation: {rows}.',
    zh: '规范化后，id 列“{column}”有 {count} 行与之前的 id 重复：第 {rows} 行。',
    fix: { en: 'Keep one row for each id.', zh: '每个 id 只保留一行。' },
  },
  DATA_OLD_EXCEL: {
    class: 'input',
    en: 'The file {path} is an Excel file of the old form (.xls), or protected by a password.',
    zh: '文件 {path} 是旧版 Excel 文件（.xls），或受密码保护。',
    fix: { en: 'Save it as .xlsx without a password, or as CSV.', zh: '请另存为不带密码的 .xlsx 或 CSV。' },
  },
  DATA_NO_TABLE: {
    class: 'input',
    en: 'The file {path} is no table: neither text nor Parquet, XLSX, SQLite or DuckDB.',
    zh: '文件 {path} 不是表格：既非文本，也非 Parquet、XLSX、SQLite 或 DuckDB。',
    fix: { en: 'Export the table as CSV UTF-8, XLSX or Parquet.', zh: '请将表格导出为 CSV UTF-8、XLSX 或 Parquet。' },
  },
  DATA_UNKNOWN_ENCODING: {
    class: 'input',
    en: 'The text of {path} is neither UTF-8 nor GB18030.',
    zh: '{path} 的文本既非 UTF-8 也非 GB18030。',
    fix: { en: 'Choose its encoding, or save it as "CSV UTF-8".', zh: '请选择其编码，或另存为“CSV UTF-8”。' },
  },
  DATA_OPEN_QUOTE: {
    class: 'input',
    en: 'A quoted cell that begins in the row of line {line} of {path} does not end.',
    zh: '{path} 第 {line} 行起的一个带引号的单元格没有结束引号。',
    fix: {
      en: 'Close the quote in that line, or double a quote that belongs to the text.',
      zh: '请在该行补上结束引号；属于文本的引号请写两次。',
    },
  },
  DATA_BAD_HEADER: {
    class: 'input',
    en: 'The header in line {line} of {path} cannot be read.',
    zh: '无法读取 {path} 第 {line} 行的表头。',
    fix: {
      en: 'Correct that line, or choose the encoding or the delimiter.',
      zh: '请更正该行，或选择编码、分隔符。',
    },
  },
  DATA_NOT_XLSX: {
    class: 'input',
    en: 'The file {path} is not a complete XLSX workbook.',
    zh: '文件 {path} 不是完整的 XLSX 工作簿。',
    fix: { en: 'Open it in a spreadsheet program and save it again.', zh: '请用表格软件打开后重新保存。' },
  },
  DATA_NO_SHEET: {
    class: 'input',
    en: 'There is no sheet or table "{sheet}"; there are: {sheets}.',
    zh: '没有名为“{sheet}”的工作表或数据表；现有：{sheets}。',
    fix: { en: 'Choose one of these.', zh: '请从中选择。' },
  },
  DATA_TOO_LARGE: {
    class: 'input',
    en: 'The file {path} holds more {what} than this node takes in.',
    zh: '文件 {path} 超出本节点的接收上限（{what}）。',
    fix: {
      en: 'Divide the table, or raise data.uploadBytes in config.json.',
      zh: '请拆分表格，或在 config.json 中调高 data.uploadBytes。',
    },
  },
  DATA_NO_GOOD_ROWS: {
    class: 'input',
    en: 'None of the rows can be used: {bad} were set aside.',
    zh: '没有可用的行：{bad} 行均被剔除。',
    fix: {
      en: 'Look at the reasons: often one column has the wrong type, or the wrong column is the id.',
      zh: '请查看原因：常见的是某列类型不对，或选错了 id 列。',
    },
  },
  DATA_DATABASE: {
    class: 'input',
    en: 'The database of the connection "{name}" did not answer as expected ({reason}).',
    zh: '连接“{name}”的数据库未按预期应答（{reason}）。',
    fix: {
      en: 'Check address, name, password and query; the code in brackets is the server’s or the network’s own.',
      zh: '请检查地址、用户名、密码与查询；括号中为服务器或网络给出的代码。',
    },
  },
  DATA_QUERY: {
    class: 'input',
    en: 'The query does not begin with SELECT, WITH, VALUES or TABLE.',
    zh: '查询未以 SELECT、WITH、VALUES 或 TABLE 开头。',
    fix: { en: 'Write one statement that reads.', zh: '请写一条只读语句。' },
  },
  DATA_DISK_FULL: {
    class: 'input',
    en: 'The disk is full: {path} could not be written.',
    zh: '磁盘已满：无法写入 {path}。',
    fix: {
      en: 'Free some space and run again; nothing was changed.',
      zh: '请释放磁盘空间后重新运行；原有内容未被改动。',
    },
  },
  DATA_NOT_WRITABLE: {
    class: 'input',
    en: '{path} could not be written ({reason}).',
    zh: '无法写入 {path}（{reason}）。',
    fix: { en: 'Give the node the right to write there.', zh: '请授予节点写入该位置的权限。' },
  },
  DATA_ENGINE: {
    class: 'internal',
    en: 'The table engine could not read {path} ({reason}).',
    zh: '数据引擎无法读取 {path}（{reason}）。',
    fix: { en: 'Export the file again; if it goes on, report it.', zh: '请重新导出该文件；若问题仍在，请报告。' },
  },
})
