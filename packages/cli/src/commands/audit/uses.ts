import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { verifyUses } from '@secureflow/audit'
import type { Command } from 'commander'
import { type CliContext, command, type GlobalOptions } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { exitCodeOf } from '../../exit-code.ts'
import { notice, print, printJson } from '../../say.ts'

/** Needs no node: whoever was handed the document can check it. */
export function usesCommand(context: CliContext): Command {
  return command(context, 'auditUses', 'uses <file>', { json: true }).action(
    async (file: string, _: unknown, self: Command) => {
      const { json } = self.optsWithGlobals<GlobalOptions>()
      const { audit } = context.text.usage
      const found = await verifyUses(documentIn(file), sha256)
      if (found === undefined) throw cliErrors.CLI_INVALID({ name: file, expected: audit.form })
      const { findings, releases, unanchored, roots } = found
      const told = findings.map((f) => ({ code: f.code, en: f.say('en').what, zh: f.say('zh').what }))
      if (findings.length > 0) context.exitCode = exitCodeOf('peer')
      if (json) return printJson({ releases, unanchored, roots, findings: told })
      for (const { code, ...what } of told) notice(`${code}  ${what[context.locale]}`)
      if (findings.length > 0) return
      print(audit.ok(releases))
      if (unanchored > 0) print(audit.unanchored(unanchored))
      for (const { root, size, run } of roots) print(audit.root(root, size, run))
    },
  )
}

function documentIn(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw cliErrors.CLI_FILE({ file }, { cause })
  }
  try {
    return JSON.parse(text)
  } catch {
    return undefined // told as no such document
  }
}

function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}
