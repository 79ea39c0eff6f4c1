import { errorCatalog } from '@secureflow/base'

const nodeErrors = errorCatalog({
  NODE_ADDRESS_TAKEN: {
    class: 'input',
    en: 'The node cannot listen on {address} ({reason}).',
    zh: '节点无法在 {address} 上监听（{reason}）。',
    fix: {
      en: 'End the program that uses this address, or change {setting} in config.json.',
      zh: '请停止占用该地址的程序，或修改 config.json 中的 {setting}。',
    },
  },
})

const reasons = new Set(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'])

/** An address that cannot be listened on, in our words; everything else as it is. */
export function listenError(cause: unknown, setting: string, { host, port }: { host: string; port: number }): unknown {
  const { code } = (cause ?? {}) as { code?: string }
  if (code === undefined || !reasons.has(code)) return cause
  return nodeErrors.NODE_ADDRESS_TAKEN({ address: `${host}:${port}`, reason: code, setting }, { cause })
}
