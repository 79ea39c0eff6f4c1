import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folders.ts'
import { inspectFile } from './inspection.ts'

function file(content: string): string {
  const path = join(temporaryFolder(), 'loans.csv')
  writeFileSync(path, content)
  return path
}
const loans = 'id,default,income\nc1,0,10\nc2,1,20\nc3,0,30\n'
const asked = { id: 'id', label: 'default' }

test('a file is described by size, columns and digest', async () => {
  expect(await inspectFile({ path: file(loans), ...asked })).toEqual({
    format: 'csv',
    rows: 3,
    schema: {
      columns: [
        { name: 'id', type: 'text' },
        { name: 'default', type: 'number' },
        { name: 'income', type: 'number' },
      ],
    },
    digest: createHash('sha256').update(loans).digest('hex'),
  })
})

test.each([
  ['an id column that is absent', loans, { id: 'customer' }, 'DATA_NO_COLUMN'],
  ['a label column that is absent', loans, { label: 'y' }, 'DATA_NO_COLUMN'],
  ['a label that is not binary', loans, { label: 'income' }, 'DATA_LABEL_NOT_BINARY'],
  ['ids that repeat but for spaces and case', 'id,default\nc1,0\n C1,1\n', {}, 'DATA_DUPLICATE_IDS'],
  ['an id that is missing', 'id,default\nc1,0\n,1\n', {}, 'DATA_MISSING_IDS'],
  ['no rows', 'id,default\n', {}, 'DATA_EMPTY'],
])('%s is refused', async (_, content, wrong, code) => {
  await expect(inspectFile({ path: file(content), ...asked, ...wrong })).rejects.toMatchObject({ code, class: 'input' })
})
