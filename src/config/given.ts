// The values someone gives for variables, before they are matched with declarations.
import { basename } from 'node:path'
import { type Diagnostic, DiagnosticError, problem } from '../diagnostics.ts'
import { isObject, type Value } from '../schema/value.ts'
import type { ConfigFile } from './disk.ts'
import { parseDocument } from './json.ts'
import { positionAt } from './position.ts'

/** A value for one variable: as text, to be read by the variable's type, or as data. */
export interface Given {
  readonly name: string
  readonly content: { readonly text: string } | { readonly value: Value }
  /** For messages: `--var`, `prod.tfvars.json`, `TF_VAR_region`. */
  readonly from: string
  readonly kind: 'flag' | 'file' | 'environment'
}

/** The values of some source, and what is wrong with it. */
export interface Gathered {
  readonly given: readonly Given[]
  readonly problems: readonly Diagnostic[]
}

/** Reads `name=value`. The value is never part of a message. */
export function fromFlag(flag: string): Gathered {
  const at = flag.indexOf('=')
  const name = flag.slice(0, Math.max(at, 0)).trim()
  if (at === -1 || name === '') {
    const detail = 'A value for a variable is given as --var name=value: the name, an equals sign, the value.'
    return { given: [], problems: [problem('Invalid --var option', detail)] }
  }
  const content = { text: flag.slice(at + 1) }
  return { given: [{ name, content, from: '--var', kind: 'flag' }], problems: [] }
}

/** Reads a `*.tfvars.json`. Its lines are never shown, as it may hold secrets. */
export function fromFile({ path, text }: ConfigFile): Gathered {
  const where = { file: path }
  if (!path.endsWith('.json')) {
    const detail = `${path} is in Terraform's native syntax; Hubform reads variables only from JSON. Rewrite it as ${basename(path)}.json: an object with a value per variable.`
    return { given: [], problems: [problem('Native syntax not handled', detail, where)] }
  }
  try {
    const { value, repeats } = parseDocument(text, path, { secret: true })
    if (!isObject(value)) {
      const detail = `${path} must be one object with a value per variable.`
      return { given: [], problems: [problem('Invalid variable file', detail, where)] }
    }
    const twice = repeats.map(({ key, offset }) => {
      const detail = `"${key}" is given more than once in ${path}. Remove all but one.`
      return problem('Duplicate argument', detail, { ...where, ...positionAt(text, offset) })
    })
    const given = Object.entries(value)
      .filter(([name]) => name !== '//')
      .map(([name, value]): Given => ({ name, content: { value }, from: path, kind: 'file' }))
    return { given, problems: twice }
  } catch (error) {
    if (error instanceof DiagnosticError) return { given: [], problems: error.diagnostics }
    throw error
  }
}

/** The environment's values for the variables named; `HUBFORM_VAR_x` comes after, and so wins over, `TF_VAR_x`. */
export function fromEnvironment(
  names: Iterable<string>,
  env: { readonly [name: string]: string | undefined },
): readonly Given[] {
  return [...names].flatMap((name) =>
    [`TF_VAR_${name}`, `HUBFORM_VAR_${name}`].flatMap((from): readonly Given[] => {
      const text = env[from]
      return text === undefined ? [] : [{ name, content: { text }, from, kind: 'environment' }]
    }),
  )
}

/** Files that apply by themselves before those that were named, in Terraform's order. */
export function orderFiles(files: readonly ConfigFile[]): readonly ConfigFile[] {
  const rank = (path: string) =>
    /^terraform\.tfvars(\.json)?$/.test(path) ? 0 : /\.auto\.tfvars(\.json)?$/.test(path) ? 1 : 2
  return files
    .map((file) => ({ file, name: basename(file.path), rank: rank(basename(file.path)) }))
    .sort((a, b) => a.rank - b.rank || (a.rank === 1 ? (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) : 0))
    .map(({ file }) => file)
}
