// What a verb is to the command line.
import type { Command } from 'commander'
import type { ExitCode, Shell } from './shell.ts'

/** Carries out what was asked for. Throws diagnostics for what stops it. */
export type Action = (shell: Shell) => Promise<ExitCode>

/** What a verb's file exports: it declares arguments and options, and calls `act` when they are read. */
export interface Verb {
  define(
    command: Command,
    /** `json`: stdout is for JSON alone; `streams`: for messages of the run, if it is for JSON. */
    act: (action: Action, options?: { readonly json?: boolean; readonly streams?: boolean }) => void,
  ): void
}
