/** Sends a file in pieces, each of which is sent again where the line breaks. */
import { SecureflowError } from '@secureflow/base'
import { client } from '../client.ts'

const pieceBytes = 4 << 20
const tries = 4

/** @returns the import's id @throws the node's error; AbortError where the signal ends it */
export async function upload(
  file: File,
  told: (id: string, sent: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const { id } = await client.imports.start(
    { source: { kind: 'upload', name: file.name.slice(0, 255), sizeBytes: file.size } },
    signal,
  )
  told(id, 0)
  for (let from = 0; from < file.size; ) {
    from = await piece(id, file, from, signal)
    told(id, from)
  }
  return id
}

async function piece(id: string, file: File, from: number, signal: AbortSignal): Promise<number> {
  const content = file.slice(from, Math.min(file.size, from + pieceBytes))
  for (let tried = 1; ; tried++)
    try {
      return (await client.imports.content({ id, from, content }, signal)).received
    } catch (error) {
      if (!(error instanceof SecureflowError) || signal.aborted) throw error
      // The answer to the first try was lost: the piece is there.
      if (error.code === 'IMPORT_OFFSET' && Number(error.fields.received) > from) return Number(error.fields.received)
      if (error.class !== 'transport' || tried === tries) throw error
      await new Promise((resolve) => setTimeout(resolve, 500 * tried))
    }
}
