/** Whether a partner can be computed with: one question after the other, over the link as runs use it. */
import { errorToBody, type MemberCheck, type MemberDetail } from '@secureflow/api'
import { asSecureflowError, type Clock, equalBytes, type MemberId } from '@secureflow/base'
import type { Peers } from '../peers/index.ts'

export interface CheckParts {
  peers: Pick<Peers, 'request' | 'measure' | 'state'>
  clock: Clock
  /** Of the own network. */
  genesis: Uint8Array
  release: string
}

const patienceMs = 8000

export async function checkMember(
  { id, state, expiresAt }: MemberDetail,
  { peers, clock, genesis, release }: CheckParts,
  signal: AbortSignal,
): Promise<MemberCheck> {
  const steps: MemberCheck['steps'] = [
    { what: 'active', ok: state === 'active', state },
    {
      what: 'certificate',
      ok: expiresAt !== undefined && expiresAt > clock.now(),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
  ]
  const checked = (error?: MemberCheck['error']): MemberCheck => ({
    member: id,
    ok: error === undefined && steps.every((s) => s.ok),
    steps,
    ...(error === undefined ? {} : { error }),
  })
  const member = id as MemberId
  try {
    const asked = performance.now()
    const answer = await peers.request(member, 'network.genesis', null, { timeoutMs: patienceMs, signal })
    steps.push({ what: 'answers', ok: true, roundTripMs: performance.now() - asked })
    // From the wire: anything may stand there.
    const theirs = (answer as { genesis?: unknown } | null)?.genesis
    steps.push({ what: 'same-network', ok: theirs instanceof Uint8Array && equalBytes(theirs, genesis) })
    const { version } = peers.state().get(member) ?? {}
    steps.push({
      what: 'same-release',
      ok: version === release,
      own: release,
      ...(version === undefined ? {} : { theirs: version }),
    })
    const { roundTripMs, bytesPerSecond } = await peers.measure(member, signal)
    const [answers] = steps.filter((s) => s.what === 'answers')
    if (answers !== undefined) answers.roundTripMs = roundTripMs // the first has the time of a connection in it
    steps.push({ what: 'speed', ok: true, bytesPerSecond })
    return checked()
  } catch (cause) {
    const answered = steps.some((s) => s.what === 'answers')
    steps.push(answered ? { what: 'speed', ok: false } : { what: 'answers', ok: false })
    return checked(errorToBody(asSecureflowError(cause)))
  }
}
