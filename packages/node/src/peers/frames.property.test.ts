import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FrameReader, FrameType, frameHeaderBytes, newFrame, payloadOf, typeOf } from './frames.ts'

const allowed = (type: number): number => (type === FrameType.data ? 5000 : type === FrameType.close ? 1 : -1)

describe('FrameReader', () => {
  for (const reuse of [false, true])
    test(`gives back what was written, however the stream is cut (reuse: ${reuse})`, () => {
      fc.assert(
        fc.property(
          fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 12 }),
          fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 40 }),
          (payloads, cuts) => {
            const stream = Buffer.concat(
              payloads.map((payload, i) => {
                const frame = newFrame(FrameType.data, i, payload.length)
                frame.set(payload, frameHeaderBytes)
                return frame
              }),
            )
            const reader = new FrameReader(allowed, reuse)
            const read: Buffer[] = []
            const shared = Buffer.alloc(4000)
            for (let at = 0, i = 0; at < stream.length; i++) {
              const size = Math.min(cuts[i % cuts.length]!, stream.length - at)
              stream.copy(shared, 0, at, at + size)
              const chunk = reuse ? shared.subarray(0, size) : Buffer.from(shared.subarray(0, size))
              reader.read(chunk, (frame) => read.push(reuse ? Buffer.from(frame) : frame))
              at += size
            }
            expect(read.map((frame) => [...payloadOf(frame)])).toEqual(payloads.map((payload) => [...payload]))
          },
        ),
        { numRuns: 200 },
      )
    })

  test('survives any bytes: only allowed frames come out', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
        const reader = new FrameReader(allowed)
        try {
          for (const chunk of chunks)
            reader.read(Buffer.from(chunk), (frame) =>
              expect(frame.length - frameHeaderBytes).toBeLessThanOrEqual(allowed(typeOf(frame))),
            )
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})
