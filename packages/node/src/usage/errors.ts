import type { DenialReason } from '@secureflow/flow'

/** The guard's word against a release, for the gate to say in the words of the task. */
export class UsageRefused extends Error {
  readonly asset: string
  readonly reason: DenialReason

  constructor(asset: string, reason: DenialReason) {
    super(reason.code)
    this.asset = asset
    this.reason = reason
  }
}
