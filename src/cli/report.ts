// Problems → text, with the line of the file they are about.
import { isAbsolute, relative } from 'node:path'
import type { Diagnostic, Place } from '../diagnostics.ts'
import { diagnosticsText } from '../review/diagnostics.ts'
import type { Terminal } from './terminal.ts'

/** Completes places with lines and makes files relative to where the user is. */
export async function locateAll(diagnostics: readonly Diagnostic[], cwd: string): Promise<Diagnostic[]> {
  const needsLine = diagnostics.some(({ where }) => where?.file !== undefined && where.line === undefined)
  // Finding lines needs the parser; most commands never do.
  const locate = needsLine ? (await import('../config/locate.ts')).createLocate() : (place: Place) => place
  return diagnostics.map((diagnostic) => {
    if (diagnostic.where === undefined) return diagnostic
    const place = locate(diagnostic.where)
    return { ...diagnostic, where: { ...place, file: shortFile(place.file, cwd) } }
  })
}

/** Shows diagnostics on stderr. */
export function showDiagnostics(diagnostics: readonly Diagnostic[], terminal: Terminal): void {
  if (diagnostics.length === 0) return
  const { complaintPalette: palette, width } = terminal
  terminal.complain(`\n${diagnosticsText(diagnostics, { palette, width })}\n`)
}

function shortFile(file: string | undefined, cwd: string): string | undefined {
  if (file === undefined || !isAbsolute(file)) return file
  const short = relative(cwd, file)
  return short === '' || short.startsWith('..') ? file : short
}
