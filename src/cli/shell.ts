// What every verb is handed.
import type { Diagnostic } from '../diagnostics.ts'
import type { Secrets } from '../review/redact.ts'
import type { Stops } from './stops.ts'
import type { Stream } from './stream.ts'
import type { Terminal } from './terminal.ts'

export interface Shell {
  readonly terminal: Terminal
  readonly secrets: Secrets
  readonly stops: Stops
  readonly env: { readonly [name: string]: string | undefined }
  /** Absolute: where the command acts, `--chdir` taken into account. */
  readonly cwd: string
  readonly version: string
  /** Set when stdout is for messages of the run, as JSON. */
  readonly stream?: Stream | undefined
  /** Shows problems, each once, with file and line where they can be found. */
  report(diagnostics: readonly Diagnostic[]): Promise<void>
}

/** 0: done, or no changes. 1: failed. 2: there are changes, and the caller asked to be told. */
export type ExitCode = 0 | 1 | 2
