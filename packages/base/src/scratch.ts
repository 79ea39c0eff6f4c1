/**
 * Files of one task that outlive its process, for what does not fit into memory and for checkpoints. Nobody but a later
 * attempt of the same task can read them; whoever gives the scratch removes it when the task is over.
 */
export interface Scratch {
  /** Adds to the end of a file; the buffer may be reused at once. Durable after `finish`. @throws SCRATCH_* */
  append(name: string, bytes: Uint8Array): Promise<void>
  /** Ends the files that were appended to: durable when it resolves. They take no more. */
  finish(): Promise<void>
  /** In place of what the file held. Durable when it resolves; before that the file is as it was. */
  write(name: string, bytes: Uint8Array): Promise<void>
  /** All that a file holds; undefined where there is none. @throws SCRATCH_DAMAGED where it is not what was written */
  read(name: string): Promise<Uint8Array | undefined>
  /** Removes every file. */
  clear(): Promise<void>
  /** @throws SCRATCH_FULL where the disk has no room for so many bytes, those that are here already among them */
  expectRoom(bytes: number): Promise<void>
}
