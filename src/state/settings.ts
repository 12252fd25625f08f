// The settings of a backend: what is written in the configuration, else environment variables, else a default.
import { type Diagnostic, DiagnosticError, type Place, problem } from '../diagnostics.ts'
import { didYouMean } from '../schema/suggest.ts'
import { describeKind } from '../schema/type.ts'
import { field, type ObjectValue, type Value } from '../schema/value.ts'

/** One setting, with the variables that stand in for it, the first that is set and not empty. */
export interface Setting {
  readonly type: 'text' | 'number' | 'flag'
  readonly env?: readonly string[]
  /** Why it is refused: Terraform knows it and we do not. */
  readonly refused?: string
  /** Never shown. */
  readonly secret?: true
}

type TypeOf<S extends Setting> = S['type'] extends 'text'
  ? string
  : S['type'] extends 'number'
    ? number
    : boolean

/** What the settings came to; undefined where nothing was said. */
export type Settings<S extends { readonly [name: string]: Setting }> = {
  readonly [name in keyof S]: TypeOf<S[name]> | undefined
}

export interface SettingsRequest<S> {
  /** `pg`, for messages. */
  readonly kind: string
  readonly known: S
  readonly given: ObjectValue
  readonly env: { readonly [name: string]: string | undefined }
  readonly where?: Place | undefined
}

/** Throws diagnostics: every setting that is unknown or of a wrong type. */
export function readSettings<const S extends { readonly [name: string]: Setting }>({
  kind,
  known,
  given,
  env,
  where,
}: SettingsRequest<S>): Settings<S> {
  const problems: Diagnostic[] = []
  for (const name of Object.keys(given)) {
    const setting = Object.hasOwn(known, name) ? known[name] : undefined
    if (setting === undefined) {
      const detail = `The backend "${kind}" has no setting "${name}".${didYouMean(name, Object.keys(known))}`
      problems.push(problem('Unknown backend setting', detail, where))
    } else if (setting.refused !== undefined && isSaid(given, name)) {
      const detail = `The setting "${name}" of the backend "${kind}" is not handled by Hubform. ${setting.refused}`
      problems.push(problem('Not handled yet', detail, where))
    }
  }
  const values = Object.entries(known).map(([name, setting]) => {
    if (setting.refused !== undefined) return [name, undefined] as const
    const { value, from } = lookUp(name, setting, given, env)
    const read = value === undefined ? undefined : readValue(value, setting)
    if (value !== undefined && read === undefined) {
      const detail = `${from} must be ${wanted[setting.type]}, but is ${describeKind(value)}${setting.secret || typeof value !== 'string' ? '' : ` ${JSON.stringify(value)}`}.`
      problems.push(problem('Wrong backend setting', detail, where))
    }
    return [name, read] as const
  })
  if (problems.length > 0) throw new DiagnosticError(problems)
  // Each was read by the type that its own entry says.
  return Object.fromEntries(values) as Settings<S>
}

const wanted = { text: 'a string', number: 'a whole number', flag: 'true or false' }

function isSaid(given: ObjectValue, name: string): boolean {
  return (field(given, name) ?? null) !== null
}

function lookUp(name: string, setting: Setting, given: ObjectValue, env: SettingsRequest<unknown>['env']) {
  if (isSaid(given, name)) return { value: field(given, name) as Value, from: `"${name}"` }
  const variable = setting.env?.find((one) => (env[one] ?? '') !== '')
  return { value: variable === undefined ? undefined : env[variable], from: variable ?? name }
}

function readValue(value: Value, { type }: Setting): string | number | boolean | undefined {
  if (type === 'text') return typeof value === 'string' ? value : undefined
  if (type === 'flag') {
    if (value === true || /^(true|1)$/i.test(String(value))) return true
    return value === false || /^(false|0)$/i.test(String(value)) ? false : undefined
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}
