/** Lets messages, timers and cancellation through between batches of computation. */
import { baseErrors } from '@secureflow/base'

/** One turn of the event loop, about 50 us (a timer of 0 costs 1 ms). @throws ABORTED */
export async function pause(signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw baseErrors.ABORTED({})
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(0)
  })
  if (signal.aborted) throw baseErrors.ABORTED({})
}
