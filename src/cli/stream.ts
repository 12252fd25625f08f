// The messages of a run on stdout, one line of JSON each.
import type { Diagnostic } from '../diagnostics.ts'
import type { EngineEvent, OnEvent } from '../engine/events.ts'
import type { Step } from '../engine/plan.ts'
import { eventMessages, progressMessages } from '../review/event-messages.ts'
import { diagnosticMessage, type Message, versionMessage } from '../review/messages.ts'

export interface Stream {
  readonly say: (messages: readonly Message[]) => void
  readonly onEvent: OnEvent
  /** Problems, with their places completed. */
  report(diagnostics: readonly Diagnostic[]): void
  /** Names the stack that the following messages are about, when there are several. */
  about(stack: string | undefined): void
  /** Stops telling what still goes on. */
  end(): void
}

export interface StreamOptions {
  /** Writes a line; hides what must not be seen. */
  readonly write: (message: object) => void
  readonly version: string
  readonly now: () => Date
}

const progressMs = 10_000

/** Begins a stream: its first message is written at once. */
export function openStream({ write, version, now }: StreamOptions): Stream {
  const running = new Map<string, { readonly step: Step; readonly since: number }>()
  let stack: string | undefined
  const say = (messages: readonly Message[]) => {
    for (const { level, text, type, fields } of messages) {
      const { hubform, ...rest } = fields
      const ours = { ...(stack === undefined ? {} : { stack }), ...(hubform as object | undefined) }
      const line = {
        '@level': level,
        '@message': text,
        '@module': 'terraform.ui',
        '@timestamp': now().toISOString(),
        ...rest,
        ...(Object.keys(ours).length === 0 ? {} : { hubform: ours }),
        type,
      }
      write(line)
    }
  }
  const follow = (event: EngineEvent) => {
    if (event.kind === 'started') running.set(event.step.id, { step: event.step, since: now().getTime() })
    if (event.kind === 'done' || event.kind === 'failed') running.delete(event.step.id)
  }
  const remind = setInterval(() => {
    for (const { step, since } of running.values()) {
      const seconds = Math.floor((now().getTime() - since) / progressMs) * (progressMs / 1000)
      if (seconds > 0) say(progressMessages(step, seconds))
    }
  }, progressMs)
  remind.unref()
  say([versionMessage(version)])
  return {
    say,
    onEvent(event) {
      follow(event)
      say(eventMessages(event))
    },
    report: (diagnostics) => say(diagnostics.map(diagnosticMessage)),
    about: (name) => {
      stack = name
    },
    end: () => clearInterval(remind),
  }
}
