// Strings of a configuration to expressions and references, mistakes reported where they are written.
import { DiagnosticError } from '../diagnostics.ts'
import { type Expression, literal } from '../expression/expression.ts'
import { parseBody, parseExpression, parseTemplate } from '../expression/parse.ts'
import { type Reference, references } from '../expression/references.ts'
import { isList, isObject, objectOf, type Value } from '../schema/value.ts'
import type { Body } from './config.ts'
import { inner, type Problems, type Site } from './site.ts'

const nothing = literal(null)

/** Parses JSON with templates in its strings. After a mistake the result is null and all mistakes are reported. */
export function bodyOf(source: Value, site: Site, problems: Problems): Body {
  return { source, expression: expressionOf(source, site, problems) }
}

/** As `bodyOf`, for a value of which only the meaning is needed. */
export function expressionOf(source: Value, site: Site, problems: Problems): Expression {
  try {
    return parseBody(source)
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    if (!reportStrings(source, site, problems)) reportParse(error, site, problems)
    return nothing
  }
}

/** Parsing stops at the first mistake; this looks at every string by itself. False if no string alone is wrong. */
function reportStrings(source: Value, site: Site, problems: Problems): boolean {
  if (typeof source === 'string') return !parses(source, site, problems)
  if (isList(source)) {
    return source.map((one, i) => reportStrings(one, inner(site, i), problems)).includes(true)
  }
  if (!isObject(source)) return false
  return Object.entries(source)
    .flatMap(([key, value]) => [
      !parses(key, inner(site, key), problems),
      reportStrings(value, inner(site, key), problems),
    ])
    .includes(true)
}

function parses(text: string, site: Site, problems: Problems): boolean {
  try {
    parseTemplate(text)
    return true
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    reportParse(error, site, problems)
    return false
  }
}

function reportParse(error: DiagnosticError, site: Site, problems: Problems): void {
  for (const { summary, detail } of error.diagnostics) problems.add(site, summary, detail)
}

/** What is inside a single `${…}`; any other text as it is. */
export function unwrapped(text: string): string {
  const match = /^\$\{([^{}]*)\}$/.exec(text.trim())
  return (match?.[1] ?? text).trim()
}

/** A reference that stands alone, and whether it names a whole block or one of its instances, not something inside. */
export interface LoneReference {
  readonly reference: Reference
  readonly whole: boolean
}

/** Reads a string that is nothing but a reference. Reports and returns undefined otherwise. */
export function referenceOf(source: Value, site: Site, problems: Problems): LoneReference | undefined {
  if (typeof source !== 'string') {
    problems.add(site, 'Invalid reference', 'A reference is a string such as "tavio_environment.acme".')
    return undefined
  }
  if (source.includes('${')) {
    problems.add(site, 'Invalid reference', `Write ${unwrapped(source)} without "\${" and "}" here.`)
    return undefined
  }
  try {
    const expression = parseExpression(source)
    const [only, ...more] = references(expression)
    if (expression.kind === 'reference' && only !== undefined && more.length === 0) {
      const { steps } = expression
      const instance = only.root === 'resource' && steps.length === 1 && steps[0]?.kind === 'index'
      return { reference: only, whole: steps.length === 0 || instance }
    }
    const detail = `${JSON.stringify(source)} is not a reference. Name the block alone, such as "tavio_environment.acme".`
    problems.add(site, 'Invalid reference', detail)
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    reportParse(error, site, problems)
  }
  return undefined
}

/** An object without some of its keys and without `//`. */
export function without(source: { readonly [key: string]: Value }, keys: readonly string[]): Value {
  return objectOf(Object.entries(source).filter(([key]) => key !== '//' && !keys.includes(key)))
}
