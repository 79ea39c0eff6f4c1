/**
 * Channels: typed, ordered messages between two parties of one attempt. A `Wire` moves tagged bytes (memory, a pipe to
 * the node, a recorder around either); a `Channel` gives the tags their types. No sockets here.
 */
/** Ordered, reliable, authenticated bytes between two parties. Implementations never reorder, repeat or lose. */
export interface Wire {
  /** Resolves when the message is accepted for delivery (back-pressure), not when it has arrived. The buffer may be reused then. */
  send(tag: string, body: Uint8Array): Promise<void>
  /** The next message, which must bear this tag. @throws CHANNEL_UNEXPECTED_TAG, CHANNEL_TOO_LARGE, TimeoutError, TransportError */
  recv(tag: string, maxBytes: number): Promise<Uint8Array>
  close(error?: Error): void
}

/** How one kind of message is laid out. `decode` validates everything: what it returns is safe to use. */
export interface Codec<T> {
  /** An upper bound that is checked before anything is allocated for the body. */
  readonly maxBytes: number
  encode(value: T): Uint8Array
  decode(body: Uint8Array, label: string): T
}

export type Codecs<M> = { readonly [T in keyof M & string]: Codec<M[T]> }

export interface Channel<Out, In> {
  send<T extends keyof Out & string>(tag: T, body: Out[T]): Promise<void>
  recv<T extends keyof In & string>(tag: T): Promise<In[T]>
}

/** Gives a wire its types: the mirrored end has `Out` and `In` exchanged. */
export function channel<Out, In>(wire: Wire, out: Codecs<Out>, incoming: Codecs<In>): Channel<Out, In> {
  return {
    send: (tag, body) => wire.send(tag, out[tag].encode(body)),
    async recv(tag) {
      const codec = incoming[tag]
      return codec.decode(await wire.recv(tag, codec.maxBytes), tag)
    },
  }
}
