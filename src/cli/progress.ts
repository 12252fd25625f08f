// What the engine does, as lines while it happens.
import { formatAddress } from '../address.ts'
import type { EngineEvent, OnEvent } from '../engine/events.ts'
import type { Step } from '../engine/plan.ts'
import { printable } from '../review/text.ts'
import type { Terminal } from './terminal.ts'

export interface Progress {
  readonly onEvent: OnEvent
  /** Names of the operations that run now. */
  running(): readonly string[]
  /** Takes the live line away and stops reminding. */
  end(): void
}

type Words = readonly [doing: string, done: string, failed: string]

const words: { readonly [A in Step['action']]: Words } = {
  create: ['creating', 'created', 'creation failed'],
  update: ['updating', 'updated', 'update failed'],
  delete: ['destroying', 'destroyed', 'destruction failed'],
  read: ['reading', 'read', 'reading failed'],
  forget: ['letting go', 'let go', 'letting go failed'],
}

const reminderMs = 10_000
const shownSkipped = 20

interface Running {
  readonly step: Step
  readonly since: number
}

/** Shows progress of a run of `total` steps on a terminal; 0 while planning. `now` is a clock in milliseconds. */
export function makeProgress(terminal: Terminal, total: number, now: () => number): Progress {
  const { say, palette } = terminal
  const running = new Map<string, Running>()
  const start = now()
  let finished = 0
  let failed = 0
  let skipped = 0

  const remind = setInterval(() => {
    for (const { step, since } of running.values()) {
      const seconds = Math.round((now() - since) / 10_000) * 10
      if (seconds >= 10) say(`${nameOf(step)}: still ${words[step.action][0]}… (${seconds}s)`)
    }
  }, reminderMs)
  const tick = setInterval(() => showStatus(), 500)
  remind.unref()
  tick.unref()

  const showStatus = () => {
    if (total === 0) return
    const trouble = failed + skipped === 0 ? '' : `, ${failed} failed, ${skipped} skipped`
    terminal.status(
      `${finished} of ${total} done, ${running.size} running${trouble} (${elapsed(now() - start)})`,
    )
  }
  const finish = (step: Step) => {
    running.delete(step.id)
    finished += 1
  }
  const handlers: {
    readonly [K in EngineEvent['kind']]: (event: Extract<EngineEvent, { kind: K }>) => void
  } = {
    reading: () => {},
    planned: ({ done, total: all }) => {
      terminal.status(`Looked at ${done} of ${all} (${elapsed(now() - start)})`)
    },
    started: ({ step }) => {
      running.set(step.id, { step, since: now() })
      say(`${nameOf(step)}: ${words[step.action][0]}…`)
    },
    done: ({ step, elapsedMs, id }) => {
      finish(step)
      const shownId = id === undefined ? '' : palette.faint(` [id=${printable(id)}]`)
      say(`${nameOf(step)}: ${words[step.action][1]} in ${elapsed(elapsedMs)}${shownId}`)
    },
    failed: ({ step, elapsedMs }) => {
      finish(step)
      failed += 1
      say(palette.error(`${nameOf(step)}: ${words[step.action][2]} after ${elapsed(elapsedMs)}`))
    },
    skipped: ({ step, because }) => {
      skipped += 1
      if (skipped <= shownSkipped)
        say(palette.faint(`${nameOf(step)}: skipped, because of ${printable(because)}`))
      else if (skipped === shownSkipped + 1)
        say(palette.faint('Further skipped operations are only counted.'))
    },
    // Warnings come back with the result, each once.
    warning: () => {},
  }
  return {
    onEvent: (event) => {
      // Each handler gets the events of its own kind, which the compiler cannot follow through the look-up.
      const handle = handlers[event.kind] as (event: EngineEvent) => void
      handle(event)
      if (event.kind !== 'planned') showStatus()
    },
    running: () => [...running.values()].map(({ step }) => `${words[step.action][0]} ${nameOf(step)}`),
    end: () => {
      clearInterval(remind)
      clearInterval(tick)
      terminal.status(undefined)
    },
  }
}

function nameOf({ address, deposed }: Step): string {
  // A creation's deposed key is that of the object it displaces.
  return printable(formatAddress(address)) + (deposed === undefined ? '' : ` (${deposed})`)
}

/** `0.4s`, `12s`, `2m05s`. */
export function elapsed(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(1)}s`
  if (seconds < 60) return `${Math.floor(seconds)}s`
  return `${Math.floor(seconds / 60)}m${String(Math.floor(seconds % 60)).padStart(2, '0')}s`
}
