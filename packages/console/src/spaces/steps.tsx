/** The pages of the wizard: each asks for one thing and shows what follows from it. */
import {
  type AssetFacts,
  checkFlow,
  disclosureKinds,
  type SpaceGoal,
  spaceGoals,
  templateNames,
} from '@secureflow/flow'
import { useQuery } from '@tanstack/react-query'
import { Checkbox, Form, Input, InputNumber, Radio, Select } from 'antd'
import type { Facts } from '../canvas/use-facts.ts'
import { client } from '../client.ts'
import { StatementView } from '../parts/statement-view.tsx'
import { useAction } from '../parts/use-action.ts'
import { draftsQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { number } from '../words.ts'
import { type Preview, type SideChoice, type SpaceChoice, sideOf, templateOf } from './draft.ts'
import { House } from './house.tsx'

export interface StepProps {
  choice: SpaceChoice
  facts: Facts
  ahead: Preview
  set: (next: Partial<SpaceChoice>) => void
  onChange: (choice: SpaceChoice) => void
}

export function GoalStep({ choice, onChange }: StepProps) {
  const { text } = useText()
  const choose = (goal: SpaceGoal) => {
    // What a person wrote stays; what followed from the goal follows the new one.
    const title = choice.title === text.spaces.goal[choice.goal] ? text.spaces.goal[goal] : choice.title
    const purpose = choice.purpose === choice.goal ? goal : choice.purpose
    const { sees: _, ...rest } = choice
    onChange({ ...rest, goal, title, purpose, template: templateOf(goal) })
  }
  return (
    <Form layout="vertical" component="div">
      <Radio.Group
        className="goals"
        aria-label={text.spaces.steps.goal}
        value={choice.goal}
        onChange={({ target }) => choose(target.value as SpaceGoal)}
      >
        {spaceGoals.map((goal) => (
          <Radio key={goal} value={goal} className="goal">
            <strong>{text.spaces.goal[goal]}</strong>
            <div className="quiet">{text.spaces.goalAbout[goal]}</div>
          </Radio>
        ))}
      </Radio.Group>
      <div className="tiles" style={{ marginTop: 16 }}>
        <Form.Item label={text.spaces.name} htmlFor="space-title">
          <Input
            id="space-title"
            maxLength={80}
            value={choice.title}
            onChange={({ target }) => onChange({ ...choice, title: target.value })}
          />
        </Form.Item>
        <Form.Item label={text.spaces.purpose} htmlFor="space-purpose" extra={text.spaces.purposeHelp}>
          <Input
            id="space-purpose"
            maxLength={200}
            value={choice.purpose}
            onChange={({ target }) => onChange({ ...choice, purpose: target.value })}
          />
        </Form.Item>
      </div>
    </Form>
  )
}

export function PartnersStep({ choice, facts, set }: StepProps) {
  const { text } = useText()
  const others = facts.members.filter((m) => m !== facts.self)
  if (others.length === 0) return <p>{text.spaces.noPartners}</p>
  const choose = (partners: string[]) => {
    const sides = Object.fromEntries(
      Object.entries(choice.sides).filter(([m]) => m === facts.self || partners.includes(m)),
    )
    for (const member of [facts.self, ...partners]) {
      const begun = sides[member] ?? firstSide(member, facts)
      if (begun !== undefined) sides[member] = begun
    }
    set({ partners, sides })
  }
  return (
    <>
      <p className="quiet">{text.spaces.partnersHelp}</p>
      <Checkbox.Group
        className="choices"
        aria-label={text.spaces.steps.partners}
        value={choice.partners}
        options={others.map((m) => ({ value: m, label: m }))}
        onChange={(chosen) => choose(chosen as string[])}
      />
    </>
  )
}

function firstSide(member: string, { assets, own, self }: Facts): SideChoice | undefined {
  const mine = assets.filter((a) => a.owner === member)
  const labelled = own.find((d) => d.labelColumn !== undefined)
  const first = member === self ? (mine.find((a) => a.id === labelled?.id) ?? mine[0]) : mine[0]
  return first === undefined ? undefined : sideFor(first, own)
}

function sideFor(asset: AssetFacts, own: Facts['own']): SideChoice {
  const known = own.find((d) => d.id === asset.id)
  return sideOf(asset, known?.idColumn ?? own[0]?.idColumn, known?.labelColumn)
}

export function GivesStep({ choice, facts, set }: StepProps) {
  const { locale, text } = useText()
  const withSide = (member: string, side: SideChoice | undefined) => {
    const { [member]: _, ...rest } = choice.sides
    set({ sides: side === undefined ? rest : { ...rest, [member]: side } })
  }
  return (
    <>
      <p className="quiet">{text.spaces.givesHelp}</p>
      <div className="tiles">
        {[facts.self, ...choice.partners].map((member) => {
          const offered = facts.assets.filter((a) => a.owner === member)
          const side = choice.sides[member]
          const asset = offered.find((a) => a.id === side?.asset)
          const names = asset?.schema.columns.map((c) => c.name) ?? []
          return (
            <section key={member} aria-label={member}>
              <strong>{member}</strong>
              {offered.length === 0 && <p className="quiet">{text.spaces.noneOffered}</p>}
              <Form layout="vertical" component="div" size="small">
                <Form.Item label={text.spaces.dataset} htmlFor={`asset-${member}`}>
                  <Select
                    id={`asset-${member}`}
                    value={side?.asset ?? ''}
                    options={[
                      { value: '', label: text.spaces.noData },
                      ...offered.map((a) => ({
                        value: a.id,
                        label: `${a.name} (${text.spaces.rows(number(a.rows, locale))})`,
                      })),
                    ]}
                    onChange={(id) => {
                      const found = offered.find((a) => a.id === id)
                      withSide(member, found === undefined ? undefined : sideFor(found, facts.own))
                    }}
                  />
                </Form.Item>
                {side !== undefined && asset !== undefined && (
                  <>
                    {choice.template !== 'audience-overlap' && (
                      <Form.Item label={text.spaces.columns} htmlFor={`columns-${member}`}>
                        <Select
                          id={`columns-${member}`}
                          mode="multiple"
                          maxTagCount={6}
                          value={side.columns}
                          options={names.map((n) => ({ value: n, label: n }))}
                          onChange={(columns: string[]) => withSide(member, { ...side, columns })}
                        />
                      </Form.Item>
                    )}
                    <Form.Item label={text.spaces.idColumn} htmlFor={`id-${member}`}>
                      <Select
                        id={`id-${member}`}
                        value={side.id}
                        options={names.map((n) => ({ value: n, label: n }))}
                        onChange={(id) => withSide(member, { ...side, id })}
                      />
                    </Form.Item>
                    {choice.template !== 'audience-overlap' && (
                      <Form.Item label={text.spaces.labelColumn} htmlFor={`label-${member}`}>
                        <Select
                          id={`label-${member}`}
                          allowClear
                          value={side.label ?? ''}
                          options={[{ value: '', label: '-' }, ...names.map((n) => ({ value: n, label: n }))]}
                          onChange={(label) => {
                            const { label: _, ...rest } = side
                            withSide(member, label ? { ...rest, label } : rest)
                          }}
                        />
                      </Form.Item>
                    )}
                  </>
                )}
              </Form>
            </section>
          )
        })}
      </div>
    </>
  )
}

export function FlowStep({ choice, ahead, onChange }: StepProps) {
  const { text } = useText()
  const drafts = useQuery(draftsQuery)
  const take = useAction(async (id: string) => {
    const { text: written } = await client.drafts.show({ id })
    const parsed = checkFlow(written)
    const { sees: _, ...rest } = choice
    onChange({
      ...rest,
      template: 'own',
      text: written,
      ...(parsed.ok ? { purpose: parsed.value.purpose || choice.purpose } : {}),
    })
  })
  return (
    <div className="stack">
      <Form layout="vertical" component="div">
        <Form.Item label={text.spaces.template} htmlFor="space-template">
          <Select
            id="space-template"
            value={choice.template}
            options={[...templateNames, 'own' as const].map((t) => ({ value: t, label: text.spaces.templates[t] }))}
            onChange={(template) => {
              const { sees: _, ...rest } = choice
              onChange({ ...rest, template })
            }}
          />
        </Form.Item>
        {choice.template === 'own' && (
          <Form.Item label={text.spaces.drawn} htmlFor="space-drawn">
            <Select
              id="space-drawn"
              loading={take.busy}
              options={drafts.data?.map((d) => ({ value: d.id, label: d.name })) ?? []}
              onChange={(id: string) => void take.run(id)}
            />
          </Form.Item>
        )}
      </Form>
      {ahead.plan === undefined ? (
        <p className="quiet">{text.spaces.incomplete}</p>
      ) : (
        <StatementView statement={ahead.plan.statement} />
      )}
    </div>
  )
}

export function TermsStep({ choice, ahead, set }: StepProps) {
  const { text } = useText()
  const { members, terms } = ahead.draft
  const kinds = disclosureKinds.filter((k) => terms.sees.some((s) => s.what.includes(k)))
  const toggle = (member: string, what: (typeof disclosureKinds)[number], on: boolean) => {
    const before = terms.sees.find((s) => s.member === member)?.what ?? []
    const after = on ? [...before, what] : before.filter((w) => w !== what)
    set({ sees: [...terms.sees.filter((s) => s.member !== member), { member, what: after }] })
  }
  return (
    <Form layout="vertical" component="div">
      <div className="tiles">
        <Form.Item label={text.spaces.until} htmlFor="space-until">
          <Input
            id="space-until"
            type="date"
            value={dateOf(choice.until)}
            onChange={({ target }) => {
              const until = new Date(`${target.value}T23:59:59`).getTime()
              if (!Number.isNaN(until)) set({ until })
            }}
          />
        </Form.Item>
        <Form.Item label={text.spaces.runs} htmlFor="space-runs">
          <InputNumber
            id="space-runs"
            min={1}
            max={1_000_000}
            precision={0}
            value={choice.runs}
            onChange={(runs) => runs !== null && set({ runs })}
          />
        </Form.Item>
        <Form.Item label={text.spaces.flowRule} htmlFor="space-flows">
          <Select
            id="space-flows"
            value={choice.flows}
            options={(['as-drawn', 'alike'] as const).map((r) => ({ value: r, label: text.spaces.flowRules[r] }))}
            onChange={(flows) => set({ flows })}
          />
        </Form.Item>
      </div>
      <strong>{text.spaces.sees}</strong>
      <div className="scroll">
        <table className="matrix">
          <thead>
            <tr>
              <td />
              {members.map((m) => (
                <th key={m} scope="col">
                  {m}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {kinds.map((kind) => (
              <tr key={kind}>
                <th scope="row">{text.spaces.kind[kind] ?? kind}</th>
                {members.map((member) => (
                  <td key={member}>
                    <Checkbox
                      aria-label={`${member}: ${text.spaces.kind[kind] ?? kind}`}
                      checked={terms.sees.some((s) => s.member === member && s.what.includes(kind))}
                      onChange={({ target }) => toggle(member, kind, target.checked)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Form>
  )
}

/** As a field for dates takes it, in the zone of whoever looks. */
function dateOf(ms: number): string {
  const at = new Date(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

export function SummaryStep({ choice, ahead }: StepProps) {
  const { locale, text } = useText()
  const { draft, house, plan } = ahead
  if (plan === undefined) return <p>{text.spaces.incomplete}</p>
  return (
    <div className="stack">
      <p>
        <strong>{choice.title}</strong> · {text.spaces.goal[choice.goal]} · {draft.members.join(', ')} ·{' '}
        {text.spaces.runs}: {number(choice.runs, locale)}
      </p>
      <ul>
        {draft.gives.map((g) => (
          <li key={g.asset}>
            <strong>{g.member}</strong>: {g.name} ({g.columns.map((c) => c.name).join(', ')})
          </li>
        ))}
      </ul>
      <House house={house} />
    </div>
  )
}
