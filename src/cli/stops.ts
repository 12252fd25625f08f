// Ctrl-C: first stop starting, then leave.
import type { Terminal } from './terminal.ts'

/** The two ways in which a run is asked to end. */
export interface Stops {
  /** Aborted: start nothing more, let what runs finish. */
  readonly interrupt: AbortSignal
  /** Aborted: stop what runs as well. */
  readonly abort: AbortSignal
  /** Tells how to name what is running; the latest answer is used in messages. */
  watch(running: () => readonly string[]): void
  /** Gives the signals back to the process. */
  dispose(): void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** How long the engine may take to save and return after the second Ctrl-C. */
const graceMs = 3_000

/**
 * Listens for SIGINT, SIGTERM, and SIGHUP, which comes when the terminal is closed.
 *
 * The first one lets running operations finish. The second one says what is lost and leaves, at the latest after a
 * moment; a third one leaves at once.
 */
export function listenForStops(terminal: () => Terminal): Stops {
  const interrupt = new AbortController()
  const abort = new AbortController()
  let running: () => readonly string[] = () => []

  const onSignal = () => {
    if (abort.signal.aborted) process.exit(130)
    if (interrupt.signal.aborted) {
      terminal().complain(lossText(running()))
      abort.abort(new Error('interrupted twice'))
      setTimeout(() => process.exit(130), graceMs).unref()
      return
    }
    terminal().complain(waitText(running().length))
    interrupt.abort(new Error('interrupted'))
  }
  for (const signal of signals) process.on(signal, onSignal)
  return {
    interrupt: interrupt.signal,
    abort: abort.signal,
    watch: (answer) => {
      running = answer
    },
    dispose: () => {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}

function waitText(count: number): string {
  if (count === 0) return 'Interrupted: nothing more is started. Press Ctrl-C again to leave at once.'
  const what = count === 1 ? 'one running operation finishes' : `${count} running operations finish`
  return `Interrupted: nothing more is started, and ${what} first. Press Ctrl-C again to leave without waiting.`
}

function lossText(running: readonly string[]): string {
  if (running.length === 0) return 'Leaving now. Nothing was running, so nothing is lost.'
  const shown = running.slice(0, 10).join(', ')
  const more = running.length > 10 ? ` and ${running.length - 10} more` : ''
  return `Leaving now. What becomes of these is not known: ${shown}${more}. They are noted in the journal beside the state; run plan again to find out before changing anything.`
}
