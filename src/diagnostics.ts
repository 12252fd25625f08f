// Shared words: what went wrong, where, and what to do. Data only; printing is review's.
import type { Path } from './path.ts'

export type Severity = 'error' | 'warning'

/** Where a problem is. Every field is optional; printing shows those that are known. */
export interface Place {
  /** Resource, data source, output, variable… address, as Terraform writes it. */
  readonly address?: string | undefined
  /** Attribute inside the addressed object. */
  readonly path?: Path | undefined
  /** Path of the constructs tree, when the configuration was synthesized by an app. */
  readonly construct?: string | undefined
  readonly file?: string | undefined
  /** From 1. */
  readonly line?: number | undefined
  /** From 1. */
  readonly column?: number | undefined
}

/**
 * One problem for a person to read.
 *
 * `summary` is constant, three to five words, without names from the user's files. `detail` is full sentences:
 * what is wrong (naming the thing), why if not plain, and what to do. Neither may contain a secret.
 */
export interface Diagnostic {
  readonly severity: Severity
  readonly summary: string
  readonly detail: string
  readonly where?: Place | undefined
}

/** Makes an error diagnostic. */
export function problem(summary: string, detail: string, where?: Place): Diagnostic {
  return { severity: 'error', summary, detail, where }
}

/** Makes a warning diagnostic. */
export function warning(summary: string, detail: string, where?: Place): Diagnostic {
  return { severity: 'warning', summary, detail, where }
}

/** True if any of them is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error')
}

/** Carries diagnostics through a throw. Always holds at least one error. Set `cause` when there is one. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: Diagnostic | readonly Diagnostic[], options?: ErrorOptions) {
    const list = Array.isArray(diagnostics)
      ? (diagnostics as readonly Diagnostic[])
      : [diagnostics as Diagnostic]
    super(list.map((d) => `${d.summary}: ${d.detail}`).join('\n'), options)
    this.name = 'DiagnosticError'
    this.diagnostics = list
  }
}

/** Throws what `problem` would make. */
export function fail(summary: string, detail: string, where?: Place, cause?: unknown): never {
  throw new DiagnosticError(problem(summary, detail, where), cause === undefined ? undefined : { cause })
}

/** Adds the known parts of a place to diagnostics that do not say them themselves. */
export function located(diagnostics: readonly Diagnostic[], where: Place): Diagnostic[] {
  return diagnostics.map((d) => ({ ...d, where: { ...where, ...dropUndefined(d.where) } }))
}

function dropUndefined(place: Place | undefined): Place {
  return Object.fromEntries(Object.entries(place ?? {}).filter(([, v]) => v !== undefined))
}
