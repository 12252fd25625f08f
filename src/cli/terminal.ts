// Where words go, and where answers come from. Every word passes redaction.
import { createInterface } from 'node:readline/promises'
import { makePalette, type Palette } from '../review/palette.ts'
import { type Redact, redactedJson } from '../review/redact.ts'

export interface Terminal {
  /** A result, to stdout: what a script wants to read. */
  out(text: string): void
  /** A result for programs, to stdout: one line of JSON. Secrets are hidden in its texts, so that it stays JSON. */
  json(value: object): void
  /** Words for a person: to stdout, or to stderr when stdout belongs to a result in JSON. */
  say(text: string): void
  /** A warning or an error, to stderr. */
  complain(text: string): void
  /** Shows a line that the next word or status replaces; undefined takes it away. Nothing unless a person looks on. */
  status(text: string | undefined): void
  /** Asks a person and returns the answer; undefined when interrupted. Only if `isInteractive`. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>
  /** True if a person can be asked. */
  readonly isInteractive: boolean
  /** Colours for `say` and `out`. */
  readonly palette: Palette
  readonly complaintPalette: Palette
  /** Columns to wrap at. */
  readonly width: number
}

export interface TerminalOptions {
  readonly color: boolean
  readonly env: { readonly [name: string]: string | undefined }
  readonly redact: Redact
  /** True when stdout is for JSON alone. */
  readonly quietOut: boolean
}

/** Makes the terminal of this process. */
export function makeTerminal({ color, env, redact, quietOut }: TerminalOptions): Terminal {
  const { stdin, stdout, stderr } = process
  const words = quietOut ? stderr : stdout
  let hasStatus = false
  const clear = () => {
    if (hasStatus) words.write('\r\u001b[2K')
    hasStatus = false
  }
  const line = (stream: NodeJS.WriteStream, text: string) => {
    clear()
    stream.write(`${redact(text)}\n`)
  }
  return {
    out: (text) => line(stdout, text),
    json: (value) => {
      clear()
      stdout.write(`${redactedJson(value, redact)}\n`)
    },
    say: (text) => line(words, text),
    complain: (text) => line(stderr, text),
    status: (text) => {
      if (words.isTTY !== true) return
      clear()
      if (text === undefined) return
      words.write(redact(text).slice(0, Math.max(10, (words.columns || 80) - 1)))
      hasStatus = true
    },
    ask: async (question, signal) => {
      clear()
      // The system edits the line well enough. Readline would set the terminal to do so itself, which throws once the
      // terminal is closed, and take Ctrl-C from us.
      const lines = createInterface({ input: stdin, output: words, terminal: false })
      const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)))
      // A terminal that is closed gives no answer, and is no reason to leave without giving the lock back.
      stdin.on('error', () => lines.close())
      try {
        const answer = await Promise.race([lines.question(redact(question), { signal }), ended])
        if (answer === undefined) words.write('\n')
        return answer
      } catch {
        words.write('\n')
        return undefined
      } finally {
        lines.close()
      }
    },
    isInteractive: stdin.isTTY === true && words.isTTY === true,
    palette: makePalette(useColor(words, color, env)),
    complaintPalette: makePalette(useColor(stderr, color, env)),
    width: Math.min(120, words.columns || 80),
  }
}

function useColor(stream: NodeJS.WriteStream, wanted: boolean, env: TerminalOptions['env']): boolean {
  if (!wanted || (env['NO_COLOR'] ?? '') !== '') return false
  if ((env['FORCE_COLOR'] ?? '0') !== '0') return true
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
