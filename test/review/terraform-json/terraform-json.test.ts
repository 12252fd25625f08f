// The JSON of plans and states, and the messages of runs, beside those of the real Terraform.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Message, makePlace, messagesOf } from '../../cli/hubform.ts'
import { noTerraform, type Workspace, workspace } from '../../support/terraform.ts'
import { cases, type Json, type Step } from './cases.ts'
import { differences } from './compare.ts'

const timeout = 120_000

describe.skipIf(noTerraform !== undefined)(
  `beside Terraform${noTerraform ? ` (${noTerraform})` : ''}`,
  () => {
    for (const { name, because, steps } of cases) {
      it(`${name}: plans, states and messages are the same`, { timeout }, async () => {
        const both = makeBoth()
        for (const [i, step] of steps.entries()) {
          const where = `step ${i + 1}: ${because}`
          const { ours, theirs } = await both.plan(step)
          expect(differences(documentOf(ours), inOrder(theirs.document)), where).toEqual([])
          expect(comparable(ours), where).toEqual(comparable(theirs.messages))
          const states = await both.applyAndShow()
          expect(differences(states.ours, states.theirs), where).toEqual([])
        }
      })
    }

    it('the messages of an apply are the same, and show prints the document that plan did', {
      timeout,
    }, async () => {
      const both = makeBoth()
      const config = { output: { o: { value: '${terraform_data.b.id}' } } }
      const first = {
        config: { ...config, resource: { terraform_data: { a: {}, b: { triggers_replace: 1 } } } },
      }
      const second = {
        config: {
          ...config,
          resource: { terraform_data: { a: { input: 'x' }, b: { triggers_replace: 2 }, c: {} } },
        },
      }
      for (const step of [first, second]) {
        const { ours } = await both.plan(step)
        const shown = await both.place.hubform('show', '--json', 'p.hfplan')
        expect(JSON.parse(shown.stdout)).toEqual(documentOf(ours))
        const applied = messagesOf(await both.place.hubform('apply', '--json', 'p.hfplan'))
        expect(comparable(applied)).toEqual(
          comparable(both.messages(await both.terraform.run('apply', '-json', 'p'))),
        )
      }
      both.begin(second)
      const options = ['-json', '-auto-approve']
      expect(comparable(messagesOf(await both.place.hubform('destroy', ...options)))).toEqual(
        comparable(both.messages(await both.terraform.run('destroy', ...options))),
      )
    })
  },
)

interface Both {
  readonly place: ReturnType<typeof makePlace>
  readonly terraform: Workspace
  /** Writes the configuration of a step, and Terraform's state, meddled with, for both. */
  begin(step: Step): void
  plan(step: Step): Promise<{
    readonly ours: readonly Message[]
    readonly theirs: { readonly document: Json; readonly messages: readonly Message[] }
  }>
  /** Terraform's apply of its plan, and the state that it left, as both show it. */
  applyAndShow(): Promise<{ readonly ours: unknown; readonly theirs: unknown }>
  messages(outcome: { readonly stdout: string }): readonly Message[]
}

function makeBoth(): Both {
  const place = makePlace({})
  const terraform = workspace({})
  onTestFinished(terraform.dispose)
  const statePath = join(terraform.directory, 'terraform.tfstate')
  const messages = ({ stdout }: { readonly stdout: string }) => messagesOf({ stdout, stderr: '', code: 0 })
  const copyState = (meddle: Step['meddle']) => {
    const text = read(statePath)
    if (text === undefined) return
    if (meddle !== undefined) writeFileSync(statePath, meddled(text, meddle))
    place.write('terraform.tfstate', readFileSync(statePath, 'utf8'))
  }
  const begin = ({ config, meddle }: Step) => {
    terraform.write(config)
    place.write('main.tf.json', config)
    copyState(meddle)
  }
  return {
    place,
    terraform,
    begin,
    messages,
    async plan(step) {
      begin(step)
      const options = step.options ?? []
      const planned = await terraform.run('plan', '-json', '-out=p', ...options)
      const shown = await terraform.run('show', '-json', 'p')
      const ours = await place.hubform('plan', '-json', '-out=p.hfplan', ...options)
      expect(ours.stderr).not.toContain('Error')
      return {
        ours: messagesOf(ours),
        theirs: { document: JSON.parse(shown.stdout) as Json, messages: messages(planned) },
      }
    },
    async applyAndShow() {
      await terraform.run('apply', 'p')
      copyState(undefined)
      const theirs = await terraform.run('show', '-json')
      const ours = await place.hubform('show', '-json')
      return { ours: JSON.parse(ours.stdout), theirs: JSON.parse(theirs.stdout) }
    },
  }
}

function meddled(text: string, meddle: NonNullable<Step['meddle']>): string {
  const state = JSON.parse(text) as Parameters<typeof meddle>[0]
  meddle(state)
  return JSON.stringify(state)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function documentOf(messages: readonly Message[]): unknown {
  return messages.at(-1)?.hubform?.['plan']
}

/** Terraform lists relevant attributes in no order of its own; ours are sorted. */
function inOrder({ relevant_attributes: relevant, ...document }: Json): Json {
  if (relevant === undefined) return document
  const keyed = (relevant as { resource: string; attribute: unknown }[]).map(
    (one) => [JSON.stringify([one.resource, one.attribute]), one] as const,
  )
  keyed.sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...document, relevant_attributes: keyed.map(([, one]) => one) }
}

/**
 * Messages without what is different in every run, in an order of their own: who speaks, when, for how long, new ids,
 * and the document that ends our plans.
 */
function comparable(messages: readonly Message[]): readonly string[] {
  return (
    messages
      .filter(({ type }) => type !== 'hubform_plan')
      // Whoever gives a target knows; Terraform warns of it every time.
      .filter((message) => message['@message'] !== 'Warning: Resource targeting is in effect')
      .map(({ '@timestamp': time, hubform: _, ...message }) => {
        expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/)
        const said = message.type === 'version' ? { ...message, '@message': 'version' } : message
        return stable(said)
          .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '(id)')
          .replaceAll(/after \d+s|"elapsed_seconds":\d+/g, '(time)')
      })
      .sort()
  )
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
