/** Drawing a flow: versions, keys. */
export const canvas = {
  versions: 'Versions of this flow',
  compareWithNow: 'Compare with the drawing',
  diff: (version: number) => `From version ${version} to the drawing`,
  takeBack: 'Go back to it',
  same: 'The drawing is the same as this version.',
  export: 'Save as a file',
  copied: (n: number) => (n === 1 ? '1 step copied.' : `${n} steps copied.`),
  nothingCopied: 'Nothing was copied.',
  keys: 'Keys',
  keysAbout: {
    tab: ['Tab, Enter', 'goes from step to step, and chooses one'],
    parts: ['F6', 'goes from palette to sheet to settings'],
    arrows: ['Arrows', 'move the chosen step'],
    delete: ['Delete', 'removes it'],
    undo: ['Ctrl Z, Ctrl Y', 'undo, redo'],
    copy: ['Ctrl C, Ctrl V, Ctrl D', 'copy, paste also into another flow, duplicate'],
    save: ['Ctrl S', 'saves'],
    links: ['Inputs', 'under “Settings” join steps without a pointer'],
  },
}
