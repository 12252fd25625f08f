// Diagnostics → text for a person.
import type { Diagnostic, Place } from '../diagnostics.ts'
import { formatPath } from '../path.ts'
import type { Palette } from './palette.ts'
import { plural, printable, printableLines, wrap } from './text.ts'

export interface DiagnosticsOptions {
  readonly palette: Palette
  /** Columns to wrap at. */
  readonly width?: number
  /** How many are shown. */
  readonly limit?: number
}

/** Says each problem once: summary, place, what is wrong and what to do. Errors come last, where a reader looks. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], options: DiagnosticsOptions): string {
  const distinct = dropRepeated(diagnostics)
  const limit = options.limit ?? 30
  const errors = distinct.filter(({ severity }) => severity === 'error')
  const shownErrors = errors.slice(0, limit)
  const warnings = distinct.filter(({ severity }) => severity === 'warning')
  const shownWarnings = warnings.slice(0, Math.max(3, limit - shownErrors.length))
  const blocks = [...shownWarnings, ...shownErrors].map((diagnostic) => oneText(diagnostic, options))
  const left = [
    warnings.length > shownWarnings.length
      ? plural(warnings.length - shownWarnings.length, 'more warning')
      : '',
    errors.length > shownErrors.length ? plural(errors.length - shownErrors.length, 'more error') : '',
  ].filter((text) => text !== '')
  return [...blocks, ...(left.length > 0 ? [`${left.join(' and ')} not shown.`] : [])].join('\n\n')
}

/** `main.tf.json:12:3, tavio_user.ada.email, construct fleet/acme/ada`; empty when nothing is known. */
export function placeText(place: Place | undefined): string {
  if (place === undefined) return ''
  return [
    fileText(place),
    addressText(place),
    place.construct === undefined ? '' : `construct ${place.construct}`,
  ]
    .filter((text) => text !== '')
    .map(printable)
    .join(', ')
}

function oneText(diagnostic: Diagnostic, { palette, width = 80 }: DiagnosticsOptions): string {
  const isError = diagnostic.severity === 'error'
  const paint = isError ? palette.error : palette.warning
  const head = `${paint(palette.strong(isError ? 'Error:' : 'Warning:'))} ${palette.strong(printable(diagnostic.summary))}`
  const place = placeText(diagnostic.where)
  return [
    head,
    ...(place === '' ? [] : [`  ${palette.faint(`at ${place}`)}`]),
    '',
    ...wrap(printableLines(diagnostic.detail), Math.max(40, width - 2)).map((line) =>
      line === '' ? '' : `  ${line}`,
    ),
  ].join('\n')
}

function fileText({ file, line, column }: Place): string {
  if (file === undefined) return ''
  if (line === undefined) return file
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`
}

function addressText({ address, path }: Place): string {
  const inner = path === undefined || path.length === 0 ? '' : formatPath(path)
  if (address === undefined) return inner
  return inner === '' || inner.startsWith('[') ? address + inner : `${address}.${inner}`
}

function dropRepeated(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>()
  return diagnostics.filter(({ severity, summary, detail, where }) => {
    const key = JSON.stringify([severity, summary, detail, placeText(where)])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
