/** What a browser says that it is, as people call it. It may say anything: this is a help to the memory and no proof. */
const browsers = [
  ['Edge', /\bEdg\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\bFirefox\//],
  ['Chromium', /\b(?:HeadlessChrome|Chrome|Chromium)\//],
  ['Safari', /\bSafari\//],
] as const
const systems = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
] as const

export function deviceOf(agent: string): { browser: string; system: string } | undefined {
  const known = (list: readonly (readonly [string, RegExp])[]) => list.find(([, form]) => form.test(agent))?.[0]
  const [browser, system] = [known(browsers), known(systems)]
  return browser === undefined || system === undefined ? undefined : { browser, system }
}
