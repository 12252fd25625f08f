import { describe, expect, it } from 'vitest'
import type { Step } from '../../src/engine/plan.ts'
import { eventMessages, progressMessages } from '../../src/review/event-messages.ts'
import { changeMessages, diagnosticMessage, summaryMessages } from '../../src/review/messages.ts'
import { address, change, plan } from './sample.ts'

function step(parts: Partial<Step>): Step {
  return {
    id: 'x',
    action: 'create',
    address: address('tavio_user', 'ada', 'k'),
    needs: [],
    provider: 'tavio',
    prior: null,
    planned: null,
    config: null,
    repetition: {},
    sensitive: [],
    dependencies: [],
    existing: [],
    createBeforeDestroy: false,
    ...parts,
  }
}

const resource = {
  addr: 'tavio_user.ada["k"]',
  module: '',
  resource: 'tavio_user.ada["k"]',
  implied_provider: 'tavio',
  resource_type: 'tavio_user',
  resource_name: 'ada',
  resource_key: 'k',
}

describe('progress as messages', () => {
  it('tells which object is changed, and how long that takes', () => {
    const update = step({ action: 'update', prior: { id: 'u1' } })
    expect(eventMessages({ kind: 'started', step: update })).toEqual([
      {
        level: 'info',
        text: 'tavio_user.ada["k"]: Modifying... [id=u1]',
        type: 'apply_start',
        fields: { hook: { resource, action: 'update', id_key: 'id', id_value: 'u1' } },
      },
    ])
    expect(progressMessages(update, 20)).toMatchObject([
      {
        text: 'tavio_user.ada["k"]: Still modifying... [20s elapsed]',
        type: 'apply_progress',
        fields: { hook: { resource, action: 'update', elapsed_seconds: 20 } },
      },
    ])
  })

  it('tells of a failure', () => {
    expect(eventMessages({ kind: 'failed', step: step({}), elapsedMs: 1600, diagnostics: [] })).toMatchObject(
      [
        {
          text: 'tavio_user.ada["k"]: Creation errored after 2s',
          type: 'apply_errored',
          fields: { hook: { resource, action: 'create', elapsed_seconds: 2 } },
        },
      ],
    )
  })

  it('has no words where Terraform has none', () => {
    expect(eventMessages({ kind: 'started', step: step({ action: 'forget' }) })).toEqual([])
    expect(eventMessages({ kind: 'skipped', step: step({}), because: 'y' })).toEqual([])
    expect(eventMessages({ kind: 'planned', done: 1, total: 1 })).toEqual([])
  })
})

describe('plans as messages', () => {
  it('tells first what others have changed, then what is going to be changed, moves included', () => {
    const counted = address('tavio_user', 'ada', 0)
    const messages = changeMessages(
      plan({
        drift: [change({ action: 'update' })],
        changes: [
          change({ address: counted }),
          change({ action: 'replace', reason: 'replace_because_tainted' }),
          change({ address: address('tavio_user', 'same') }),
          change({ address: address('tavio_user', 'let'), action: 'forget' }),
        ],
        moves: [{ from: 'tavio_user.ada', to: 'tavio_user.ada[0]' }],
      }),
    )
    expect(messages.map(({ type, text }) => `${type} ${text}`)).toEqual([
      'resource_drift tavio_user.ada: Drift detected (update)',
      'planned_change tavio_user.ada[0]: Plan to move',
      'planned_change tavio_user.ada: Plan to replace',
      'planned_change tavio_user.let: Plan to remove',
    ])
    expect(messages[1]?.fields).toMatchObject({
      change: { action: 'move', previous_resource: { addr: 'tavio_user.ada', resource_key: null } },
    })
    expect(messages[2]?.fields).toMatchObject({ change: { action: 'replace', reason: 'tainted' } })
  })

  it('says nothing of outputs when there are none', () => {
    const counts = { add: 1, change: 0, destroy: 2 }
    expect(summaryMessages({ outputs: [], changes: [] }, counts)).toEqual([
      {
        level: 'info',
        text: 'Plan: 1 to add, 0 to change, 2 to destroy.',
        type: 'change_summary',
        fields: { changes: { add: 1, change: 0, import: 0, remove: 2, operation: 'plan' } },
      },
    ])
  })

  it('tells of a problem with its place', () => {
    const where = { address: 'tavio_user.ada', file: 'main.tf.json', line: 3, column: 5 }
    expect(diagnosticMessage({ severity: 'warning', summary: 'S', detail: 'D.', where })).toMatchObject({
      level: 'warn',
      text: 'Warning: S',
      fields: {
        diagnostic: {
          severity: 'warning',
          address: 'tavio_user.ada',
          range: { filename: 'main.tf.json', start: { line: 3, column: 5 }, end: { line: 3, column: 5 } },
        },
      },
    })
  })
})
