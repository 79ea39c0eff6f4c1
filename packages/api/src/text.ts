import { z } from 'zod'

/** A sentence in both languages. */
export const text = z.object({ en: z.string(), zh: z.string() })
/** A page, line by line, in both languages. */
export const page = z.object({ en: z.array(z.string()), zh: z.array(z.string()) })

export type Sentence = z.infer<typeof text>
export type Page = z.infer<typeof page>
