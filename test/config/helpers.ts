// Configurations from plain objects, and diagnostics as the tests compare them.
import type { Config } from '../../src/config/config.ts'
import { decodeConfig } from '../../src/config/load.ts'
import { type Diagnostic, DiagnosticError } from '../../src/diagnostics.ts'

/** Decodes one or several files, given as JSON text or as what to write as JSON. */
export function configOf(...files: readonly unknown[]): Config {
  return decodeConfig(
    '/stack',
    files.map((content, i) => ({
      path: `${'abcdef'[i]}.tf.json`,
      text: typeof content === 'string' ? content : JSON.stringify(content, undefined, 2),
    })),
  )
}

/** What decoding throws. */
export function problemsOf(...files: readonly unknown[]): readonly Diagnostic[] {
  return thrownBy(() => configOf(...files))
}

/** The diagnostics an action throws; none if it throws nothing. */
export function thrownBy(action: () => unknown): readonly Diagnostic[] {
  try {
    action()
    return []
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics
    throw error
  }
}

/** `a.tf.json:3:5 Summary: detail`. */
export function textOf({ summary, detail, where }: Diagnostic): string {
  const place = where?.line === undefined ? '' : `${where.file}:${where.line}:${where.column} `
  return `${place}${summary}: ${detail}`
}
