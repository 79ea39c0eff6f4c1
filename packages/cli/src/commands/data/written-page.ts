/** A short document as Markdown and as HTML. Its words come from flows that others wrote: none may be taken for markup. */
import type { Locale } from '@secureflow/base'

export type Block =
  | { kind: 'title' | 'section' | 'part' | 'words'; text: string }
  | { kind: 'facts'; pairs: [string, string][] }
  | { kind: 'list'; items: string[] }

export function toMarkdown(page: readonly Block[]): string {
  const line = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|~!]/g, '\\$&')
  const head = { title: '# ', section: '## ', part: '### ', words: '' }
  return page
    .map((block) => {
      if (block.kind === 'facts')
        return block.pairs.map(([name, value]) => `- **${line(name)}**: ${line(value)}`).join('\n')
      if (block.kind === 'list') return block.items.map((item) => `- ${line(item)}`).join('\n')
      return `${head[block.kind]}${line(block.text)}`
    })
    .join('\n\n')
}

export function toHtml(page: readonly Block[], locale: Locale): string {
  const safe = (text: string) => text.replaceAll(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
  const tag = { title: 'h1', section: 'h2', part: 'h3', words: 'p' }
  const body = page.map((block) => {
    if (block.kind === 'facts')
      return `<dl>${block.pairs.map(([name, value]) => `<dt>${safe(name)}</dt><dd>${safe(value)}</dd>`).join('')}</dl>`
    if (block.kind === 'list') return `<ul>${block.items.map((item) => `<li>${safe(item)}</li>`).join('')}</ul>`
    return `<${tag[block.kind]}>${safe(block.text)}</${tag[block.kind]}>`
  })
  const title = page.find((b) => b.kind === 'title')
  return `<!doctype html>
<html lang="${locale === 'zh' ? 'zh-CN' : 'en'}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title !== undefined && 'text' in title ? safe(title.text) : ''}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem } dt { font-weight: 600 }
dd { margin: 0; overflow-wrap: anywhere } li { overflow-wrap: anywhere }
</style>
${body.join('\n')}
</html>
`
}
