import type { Text } from '../text/index.ts'

/** What a figure of a report is called. */
export const figureName = (name: string, text: Text): string => text.figure[name as keyof Text['figure']] ?? name
