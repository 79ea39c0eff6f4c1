/** The most memory that this process has ever had resident, as the kernel counts it, in MB (2^20). */
import { readFileSync } from 'node:fs'

export const peakMb = (): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024
