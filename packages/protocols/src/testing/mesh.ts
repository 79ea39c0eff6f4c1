/** Sessions of several parties inside one process, over memory wires: what run, abort, leak and cost tests stand on. */
import { type Platform, platformRng, type Rng, type Scratch, silentLogger, utf8 } from '@secureflow/base'
import {
  type MemoryOptions,
  memoryPair,
  record,
  type TamperRule,
  type Transcript,
  tamper,
  type Wire,
} from '@secureflow/channel'
import { type DisclosureGate, type Progress, type Release, Session, type SessionParty } from '../session/session.ts'

export interface RecordingGate extends DisclosureGate {
  /** What was released, in order. */
  readonly releases: Release[]
}

/** @param refuse  throws where a test wants a refusal */
export function recordingGate(refuse: (release: Release) => void = () => {}): RecordingGate {
  const releases: Release[] = []
  return {
    releases,
    async release(release) {
      refuse(release)
      releases.push(release)
    },
  }
}

export interface MeshOptions {
  platform: Platform
  /** Makes every party's randomness a function of the seed and its id. Default: the CSPRNG. */
  seed?: string
  /** A party's randomness, in place of both: for mutants. */
  rng?: (party: string) => Rng
  /** One gate per party, default a `recordingGate`. */
  gate?: (party: string) => DisclosureGate
  /** Parties that deviate: in what `from` sends to `to`. */
  tamper?: { from: string; to: string; rule: TamperRule }[]
  /** False keeps no transcripts (large runs). */
  record?: boolean
  wire?: Omit<MemoryOptions, 'signal'>
  progress?: (party: string, report: Progress) => void
  scratch?: (party: string) => Scratch
}

export interface Mesh {
  /** In the order of the parties. */
  sessions: Session[]
  /** What the party's own gate let pass. Empty where `gate` was given and does not record. */
  releases(party: string): Release[]
  /** What `party` sent to and received from `peer`, as `party` saw it. */
  transcript(party: string, peer: string): Transcript
  /** Whether every fault asked for has taken place. */
  tampered(): boolean
  /** Cancels every session. */
  abort(): void
}

/** A session for each party, over a full mesh of memory pairs. */
export function memorySessions(parties: readonly SessionParty[], options: MeshOptions): Mesh {
  const abort = new AbortController()
  const wires = new Map(parties.map((p) => [p.id, new Map<string, Wire>()]))
  const transcripts = new Map<string, Transcript>()
  const tampering: { readonly applied: boolean }[] = []
  const end = (wire: Wire, self: string, peer: string): Wire => {
    let outer = wire
    for (const { from, to, rule } of options.tamper ?? []) {
      if (from !== self || to !== peer) continue
      const tampered = tamper(outer, rule)
      tampering.push(tampered)
      outer = tampered
    }
    if (options.record === false) return outer
    const recorded = record(outer)
    transcripts.set(`${self}>${peer}`, recorded.transcript)
    return recorded
  }
  for (const [i, { id: a }] of parties.entries())
    for (const { id: b } of parties.slice(i + 1)) {
      const [atA, atB] = memoryPair({ ...options.wire, signal: abort.signal })
      wires.get(a)!.set(b, end(atA, a, b))
      wires.get(b)!.set(a, end(atB, b, a))
    }
  const rngOf = (id: string): Rng => {
    if (options.rng !== undefined) return options.rng(id)
    if (options.seed !== undefined) return seededRng(options.platform, `${options.seed}/${id}`)
    return platformRng(options.platform)
  }
  const gates = new Map<string, DisclosureGate & { releases?: Release[] }>()
  const sessions = parties.map(({ id }) => {
    const gate = options.gate?.(id) ?? recordingGate()
    gates.set(id, gate)
    return new Session({
      self: id,
      parties,
      wires: wires.get(id)!,
      gate,
      platform: options.platform,
      rng: rngOf(id),
      signal: abort.signal,
      logger: silentLogger,
      progress: (report) => options.progress?.(id, report),
      ...(options.scratch === undefined ? {} : { scratch: options.scratch(id) }),
    })
  })
  return {
    sessions,
    releases: (party) => gates.get(party)?.releases ?? [],
    transcript: (party, peer) => transcripts.get(`${party}>${peer}`) ?? [],
    tampered: () => tampering.every((t) => t.applied),
    abort: () => abort.abort(),
  }
}

/** The AES-CTR keystream under a key from `seed`: the same bytes for the same seed. For tests and vectors only. */
export function seededRng(platform: Platform, seed: string): Rng {
  return platform.aesCtr(platform.sha256(utf8(seed)).subarray(0, 16))
}
