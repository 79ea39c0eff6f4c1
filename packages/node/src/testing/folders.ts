/** Folders of a test: made in the system's place for such, removed after it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'

export function temporaryFolder(): string {
  const folder = newFolder()
  onTestFinished(() => remove(folder))
  return folder
}

/** The same for all tests of one file; to be called outside of them. */
export function temporaryFolderForFile(): string {
  const folder = newFolder()
  afterAll(() => remove(folder))
  return folder
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'secureflow-'))
const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true })
