/** Drawing a flow: palette, sheet, settings, and what it would disclose. */
import { type Draft, type FlowReport, mayRun } from '@secureflow/api'
import { components } from '@secureflow/components/declarations'
import { checkPlan, type Flow, formatFlow } from '@secureflow/flow'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { App, Button, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { Loaded } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { draftQuery, queryClient } from '../queries.ts'
import { useText } from '../text/index.ts'
import { arrange, type Point } from './arrange.ts'
import { keep, kept } from './clipboard.ts'
import { DisclosurePanel } from './disclosure-panel.tsx'
import { addStep, connect, disconnect, duplicate, paste, refusal, removeSteps, wiresOf } from './document.ts'
import { FlowPanel } from './flow-panel.tsx'
import { begin, redo, undo, write } from './history.ts'
import { readKept, writeKept } from './kept.ts'
import { Palette } from './palette.tsx'
import { Sheet } from './sheet.tsx'
import { StepPanel } from './step-panel.tsx'
import { type Facts, useFacts } from './use-facts.ts'
import { useKeys } from './use-keys.ts'
import { Versions } from './versions.tsx'
import { YamlEditor } from './yaml-editor.tsx'

export function Editor() {
  const { id } = useParams({ strict: false }) as { id: string }
  const draft = useQuery(draftQuery(id))
  const facts = useFacts()
  return <Loaded query={draft}>{(loaded) => <Drawing key={loaded.id} draft={loaded} facts={facts} />}</Loaded>
}

interface Drawn {
  flow: Flow
  layout: Record<string, Point>
}

const read = ({ text, layout }: Draft): Drawn => ({ flow: readKept(text), layout })

function Drawing({ draft, facts }: { draft: Draft; facts: Facts }) {
  const { text } = useText()
  const { message } = App.useApp()
  const go = useNavigate()
  const may = useMay()
  const [history, setHistory] = useState(() => begin(read(draft)))
  const [saved, setSaved] = useState({ version: draft.version, state: history.present })
  const [selected, setSelected] = useState<string[]>([])
  const [shown, setShown] = useState<'yaml' | 'versions' | 'keys'>()
  const { flow, layout } = history.present
  const unsaved = saved.state !== history.present

  const set = (next: Partial<Drawn>) => setHistory((h) => write(h, { ...h.present, ...next }))
  const setFlow = (next: Flow) => set({ flow: next })
  /** Dragging is many small moves: one state to undo. */
  const move = (moved: Record<string, Point>) =>
    setHistory((h) => ({ ...h, present: { ...h.present, layout: { ...h.present.layout, ...moved } } }))

  const checked = useMemo(
    () => checkPlan({ flow, components, assets: facts.assets, links: {}, initiator: facts.self }),
    [flow, facts.assets, facts.self],
  )
  const written = useMemo(() => (flow.steps.length === 0 ? '' : formatFlow(flow)), [flow])
  const [asked, setAsked] = useState<{ text: string; report: FlowReport }>()
  const ask = useAction(async () => setAsked({ text: written, report: await client.flows.check({ flow: written }) }))
  const start = useAction(async () => {
    const answer = await client.runs.start({ flow: written })
    if (answer.started) await go({ to: '/runs/$run', params: { run: answer.run } })
    else if (answer.request !== undefined) await go({ to: '/inbox/$id', params: { id: answer.request.id } })
    else setAsked({ text: written, report: answer.report })
  })
  const save = useAction(async (asNew: boolean) => {
    const state = history.present
    const { id, version } = await client.drafts.save({
      ...(asNew ? {} : { id: draft.id }),
      after: asNew ? 0 : saved.version,
      name: state.flow.flow,
      text: writeKept(state.flow),
      layout: state.layout,
    })
    setSaved({ version, state })
    void message.success(text.flows.saved(version))
    await queryClient.invalidateQueries({ queryKey: ['drafts'] })
    if (asNew) await go({ to: '/flows/$id', params: { id } })
  })

  const remove = (names: readonly string[]) => {
    setFlow(removeSteps(flow, components, names))
    setSelected([])
  }
  const copy = (names: readonly string[]) => {
    const grown = duplicate(flow, components, names)
    setFlow(grown.flow)
    setSelected(grown.names)
  }
  useKeys({
    undo: () => setHistory(undo),
    redo: () => setHistory(redo),
    save: () => void save.run(false),
    duplicate: () => copy(selected),
    copy: () => {
      keep(flow.steps.filter((s) => selected.includes(s.name)))
      void message.info(text.canvas.copied(selected.length))
    },
    paste: () => {
      const grown = paste(flow, components, kept())
      if (grown.names.length === 0) return void message.info(text.canvas.nothingCopied)
      setFlow(grown.flow)
      setSelected(grown.names)
    },
    canCopy: selected.length > 0,
  })

  const wrong = new Set(checked.ok ? [] : checked.problems.map((p) => p.step))
  const partiesOf = useMemo(() => {
    if (checked.ok) return new Map(checked.value.tasks.map((t) => [t.step, t.parties.map((p) => p.id)]))
    return new Map(flow.steps.flatMap((s) => (s.at === undefined ? [] : [[s.name, [flow.parties[s.at] ?? s.at]]])))
  }, [checked, flow])
  const [only] = selected
  const one = selected.length === 1 && flow.steps.some((s) => s.name === only) ? only : undefined
  const error = save.error ?? start.error
  const stale = asked !== undefined && asked.text !== written

  return (
    <div className="drawing">
      <aside aria-label={text.flows.palette}>
        <Palette
          onAdd={(component) => {
            const added = addStep(flow, component)
            setFlow(added.flow)
            setSelected([added.name])
          }}
        />
        <FlowPanel flow={flow} members={facts.members} onChange={setFlow} />
      </aside>
      <div className="board">
        <div className="bar">
          <Button size="small" disabled={history.past.length === 0} onClick={() => setHistory(undo)}>
            {text.flows.undo}
          </Button>
          <Button size="small" disabled={history.future.length === 0} onClick={() => setHistory(redo)}>
            {text.flows.redo}
          </Button>
          <Button
            size="small"
            onClick={() =>
              set({
                layout: arrange(
                  flow.steps.map((s) => s.name),
                  wiresOf(flow, components),
                ),
              })
            }
          >
            {text.flows.arrange}
          </Button>
          <Button size="small" onClick={() => setShown('yaml')}>
            {text.flows.yaml}
          </Button>
          {may('drafts.save') && (
            <>
              <Button
                size="small"
                type={unsaved ? 'primary' : 'default'}
                loading={save.busy}
                onClick={() => void save.run(false)}
              >
                {text.flows.save}
              </Button>
              <Button size="small" onClick={() => void save.run(true)}>
                {text.flows.saveAsNew}
              </Button>
            </>
          )}
          {may('flows.check') && (
            <Button size="small" disabled={!checked.ok} loading={ask.busy} onClick={() => void ask.run()}>
              {text.flows.check}
            </Button>
          )}
          {may('runs.start') && (
            <Button
              size="small"
              type="primary"
              disabled={!checked.ok}
              loading={start.busy}
              onClick={() => void start.run()}
            >
              {text.flows.run}
            </Button>
          )}
          <Button size="small" onClick={() => setShown('versions')}>
            {text.flows.version(saved.version)}
          </Button>
          <Button size="small" onClick={() => setShown('keys')}>
            {text.canvas.keys}
          </Button>
          {unsaved && <Mark tone="busy">{text.flows.unsaved}</Mark>}
          {asked !== undefined && !stale && mayRun(asked.report) && <Mark tone="good">✓</Mark>}
        </div>
        {error !== undefined && <Failure error={error} />}
        <Sheet
          flow={flow}
          layout={layout}
          selected={selected}
          label={text.runs.graph}
          about={(name) => ({ parties: partiesOf.get(name) ?? [], state: wrong.has(name) ? 'wrong' : undefined })}
          onSelect={setSelected}
          onMove={move}
          onConnect={({ source, sourceHandle, target, targetHandle }) => {
            const wire = {
              from: { step: source, port: sourceHandle! },
              to: { step: target, port: targetHandle! },
            }
            const why = refusal(flow, components, wire)
            if (why === undefined) setFlow(connect(flow, components, wire))
            else
              void message.warning(
                why.why === 'cycle'
                  ? text.flows.wouldCycle
                  : text.flows.wrongType(typeWord(why.from), typeWord(why.to)),
              )
          }}
          onRemove={(steps, inputs) => {
            let next = flow
            for (const input of inputs) if (!steps.includes(input.step)) next = disconnect(next, components, input)
            setFlow(removeSteps(next, components, steps))
            setSelected([])
          }}
        />
      </div>
      <aside aria-label={text.flows.settings}>
        <DisclosurePanel
          checked={checked}
          report={stale ? undefined : asked?.report}
          error={ask.error}
          onShow={(step) => setSelected([step])}
        />
        <h2 className="quiet" style={{ fontSize: 13 }}>
          {text.flows.settings}
        </h2>
        {one === undefined ? (
          <p className="quiet">{text.flows.noSelection}</p>
        ) : (
          <StepPanel
            key={one}
            flow={flow}
            name={one}
            choices={choicesOf(flow, facts)}
            onChange={setFlow}
            onRename={(_, to) => setSelected([to])}
            onRemove={() => remove([one])}
            onCopy={() => copy([one])}
          />
        )}
      </aside>
      {shown === 'versions' && (
        <Versions
          id={draft.id}
          text={written}
          close={() => setShown(undefined)}
          take={(next, placed) => {
            set({ flow: next, layout: placed })
            setSelected([])
            setShown(undefined)
          }}
        />
      )}
      {shown === 'keys' && (
        <Modal open title={text.canvas.keys} onCancel={() => setShown(undefined)} footer={null}>
          <dl className="keys">
            {Object.entries(text.canvas.keysAbout).map(([name, [keys, about]]) => (
              <div key={name}>
                <dt className="mono">{keys}</dt>
                <dd>{about}</dd>
              </div>
            ))}
          </dl>
        </Modal>
      )}
      {shown === 'yaml' && (
        <YamlEditor
          text={written}
          name={flow.flow}
          close={() => setShown(undefined)}
          apply={(next) => {
            set({ flow: next })
            setSelected([])
          }}
        />
      )}
    </div>
  )

  function typeWord(type: string): string {
    return text.flows.portType[type as keyof typeof text.flows.portType] ?? type
  }
}

function choicesOf(flow: Flow, { self, assets, own }: Facts) {
  const parties = Object.keys(flow.parties)
  const read = new Map(
    flow.steps.flatMap((s) =>
      s.at !== undefined && typeof s.settings.asset === 'string' ? [[s.settings.asset, s.at]] : [],
    ),
  )
  // Whoever wants one of these can still write its name.
  const unoffered = new Set(
    own.flatMap(({ name, roles = {} }) =>
      Object.entries(roles).flatMap(([c, role]) => (role === 'sensitive' || role === 'ignore' ? [`${name}.${c}`] : [])),
    ),
  )
  return {
    parties: parties.filter((alias) => alias !== 'dealer'),
    columns: assets.flatMap((a) => {
      const alias = read.get(a.name) ?? read.get(a.id)
      return alias === undefined || flow.parties[alias] !== a.owner
        ? []
        : a.schema.columns
            .filter((c) => a.owner !== self || !unoffered.has(`${a.name}.${c.name}`))
            .map((c) => `${alias}.${c.name}`)
    }),
    assetsOf: (alias: string | undefined) =>
      assets.filter((a) => alias === undefined || a.owner === flow.parties[alias]).map((a) => a.name),
  }
}
