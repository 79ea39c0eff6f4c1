/** A model that a run left here, as the description of an asset says it. */
import { canonicalJson, type DdoContent } from '@secureflow/api'
import { decodeReceipt } from '@secureflow/audit'
import { toHex } from '@secureflow/base'
import type { ComponentRegistry } from '@secureflow/flow'
import { assetErrors } from '../assets/errors.ts'
import { runErrors } from '../runs/errors.ts'
import type { Database } from '../storage/index.ts'
import { runOf } from './records.ts'

type ModelContent = Extract<DdoContent, { form: 'model' }>

/**
 * @param tokenOf the token of the asset of this description, at this owner, where it is known
 * @throws RUN_UNKNOWN, ASSET_NO_MODEL
 */
export async function modelContent(
  db: Database,
  components: ComponentRegistry,
  asked: { run: string; step: string | undefined },
  tokenOf: (owner: string, id: string) => string | undefined,
): Promise<ModelContent> {
  const found = await runOf(db, asked.run, components)
  if (found === undefined) throw runErrors.RUN_UNKNOWN({ run: asked.run.slice(0, 12) })
  const { run, state, plan } = found
  const models = [...state.tasks].flatMap(([index, { done }]) => {
    const task = plan.tasks[index]!
    if (asked.step !== undefined && task.step !== asked.step) return []
    return (done?.outputs ?? []).flatMap(({ port, type }) => (type === 'model' ? [{ task, port, done: done! }] : []))
  })
  const [model] = models
  if (state.outcome?.status !== 'succeeded' || model === undefined || models.length > 1)
    throw assetErrors.ASSET_NO_MODEL({ run: run.slice(0, 12), count: models.length })
  const { task, port, done } = model
  const commitment = decodeReceipt(done.signed.receipt)?.outputs.find((o) => o.port === port)?.commitment
  if (commitment === undefined) throw assetErrors.ASSET_NO_MODEL({ run: run.slice(0, 12), count: 0 })
  return {
    form: 'model',
    run,
    flow: plan.flow.flow,
    flowHash: plan.flowHash,
    step: task.step,
    component: task.component,
    version: task.version,
    params: JSON.parse(canonicalJson(task.params)) as ModelContent['params'],
    holders: Object.keys(task.outputs[port]!.at).sort(),
    commitment: toHex(commitment),
    trainedOn: plan.assets
      .filter((a) => task.assets.includes(a.id))
      .map(({ id, name, owner }) => {
        const token = tokenOf(owner, id)
        return { id, name, owner, ...(token === undefined ? {} : { token }) }
      }),
  }
}
