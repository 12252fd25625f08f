// What a run does, as the messages of Terraform's machine-readable UI: progress.
import { formatAddress } from '../address.ts'
import type { EngineEvent } from '../engine/events.ts'
import type { Step } from '../engine/plan.ts'
import { info, type Message, resourceJson } from './messages.ts'

type Words = readonly [doing: string, done: string]

/** Terraform has no messages for letting go of an object. */
const words: { readonly [A in Step['action']]: Words | undefined } = {
  create: ['Creating', 'Creation'],
  update: ['Modifying', 'Modifications'],
  delete: ['Destroying', 'Destruction'],
  read: ['Reading', 'Read'],
  forget: undefined,
}

/** The messages of an event, none for most. */
export function eventMessages(event: EngineEvent): readonly Message[] {
  switch (event.kind) {
    case 'planned':
      return event.refreshed === undefined ? [] : refreshMessages(event.refreshed)
    case 'started': {
      const id = event.step.action === 'create' ? undefined : event.step.prior?.['id']
      return stepMessage(event.step, 'apply_start', ([doing]) => `${doing}...`, idJson(id))
    }
    case 'done': {
      const id = event.step.action === 'delete' ? undefined : event.id
      const seconds = wholeSeconds(event.elapsedMs)
      const text = ([, done]: Words) => `${done} complete after ${seconds}s`
      return stepMessage(event.step, 'apply_complete', text, { ...idJson(id), elapsed_seconds: seconds })
    }
    case 'failed': {
      const seconds = wholeSeconds(event.elapsedMs)
      const text = ([, done]: Words) => `${done} errored after ${seconds}s`
      return stepMessage(event.step, 'apply_errored', text, { elapsed_seconds: seconds })
    }
    default:
      return []
  }
}

/** That a step is still going on. */
export function progressMessages(step: Step, seconds: number): readonly Message[] {
  const text = ([doing]: Words) => `Still ${doing.toLowerCase()}... [${seconds}s elapsed]`
  return stepMessage(step, 'apply_progress', text, { elapsed_seconds: seconds })
}

function stepMessage(
  step: Step,
  type: string,
  text: (words: Words) => string,
  fields: { readonly id_value?: string; readonly [name: string]: unknown },
): readonly Message[] {
  const said = words[step.action]
  if (said === undefined) return []
  const hook = { resource: resourceJson(step.address), action: step.action, ...fields }
  return [info(type, `${formatAddress(step.address)}: ${text(said)}${shownId(fields.id_value)}`, { hook })]
}

function refreshMessages({
  address,
  id,
}: NonNullable<Extract<EngineEvent, { kind: 'planned' }>['refreshed']>): readonly Message[] {
  const hook = { resource: resourceJson(address), ...idJson(id) }
  const say = (what: string) => `${formatAddress(address)}: ${what}${shownId(id)}`
  return [
    info('refresh_start', say('Refreshing state...'), { hook }),
    info('refresh_complete', say('Refresh complete'), { hook }),
  ]
}

function idJson(id: unknown): { readonly id_key?: string; readonly id_value?: string } {
  return typeof id === 'string' ? { id_key: 'id', id_value: id } : {}
}

function shownId(id: string | undefined): string {
  return id === undefined ? '' : ` [id=${id}]`
}

function wholeSeconds(ms: number): number {
  return Math.round(ms / 1000)
}
