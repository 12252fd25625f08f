// From what someone gives to the value of every variable.
import { type Diagnostic, DiagnosticError, hasErrors, problem, warning } from '../diagnostics.ts'
import { parseExpression } from '../expression/parse.ts'
import { didYouMean } from '../schema/suggest.ts'
import { Sensitive, type Value } from '../schema/value.ts'
import type { Config, Variable } from './config.ts'
import { constantValue } from './constant.ts'
import { convert } from './convert.ts'
import type { ConfigFile } from './disk.ts'
import { fromEnvironment, fromFile, fromFlag, type Given, orderFiles } from './given.ts'
import { validate } from './validate.ts'

export interface VariableInputs {
  readonly config: Config
  /** Each `--var` as `name=value` and each `--var-file` as its file, in the order of the command line. */
  readonly flags: readonly (string | ConfigFile)[]
  /** What `readVariableFiles` found. Named files may be here too; they win over those, and flags win over them. */
  readonly files: readonly ConfigFile[]
  readonly env: { readonly [name: string]: string | undefined }
}

export interface ResolvedVariables {
  /** Every variable, sensitive ones marked. Usable only without errors. */
  readonly values: ReadonlyMap<string, Value>
  readonly problems: readonly Diagnostic[]
}

/**
 * Gives every variable its value: from flags, else files, else the environment, else its default.
 *
 * Reports all problems. No message holds a given value, apart from what an error message of the configuration says.
 */
export function resolveVariables({ config, flags, files, env }: VariableInputs): ResolvedVariables {
  const { variables } = config
  const sources = [
    ...orderFiles(files).map(fromFile),
    ...flags.map((flag) => (typeof flag === 'string' ? fromFlag(flag) : fromFile(flag))),
  ]
  const given = [...fromEnvironment(variables.keys(), env), ...sources.flatMap((source) => source.given)]
  const problems = [...sources.flatMap((source) => source.problems), ...undeclared(given, variables)]
  // Later ones replace earlier ones, as a map does.
  const last = new Map(given.map((one) => [one.name, one]))
  const values = new Map<string, Value>()
  for (const variable of variables.values()) {
    const resolved = resolveOne(variable, last.get(variable.name))
    if ('problem' in resolved) problems.push(resolved.problem)
    else values.set(variable.name, variable.sensitive ? new Sensitive(resolved.value) : resolved.value)
  }
  if (!hasErrors(problems)) problems.push(...[...variables.values()].flatMap((one) => validate(one, values)))
  return { values, problems }
}

type Resolved = { readonly value: Value } | { readonly problem: Diagnostic }

function resolveOne(variable: Variable, given: Given | undefined): Resolved {
  const fallback = variable.default
  if (given === undefined) return fallback === undefined ? missing(variable) : { value: fallback }
  const read = readContent(variable, given)
  if ('problem' in read) return read
  if (read.value === null && !variable.nullable) {
    if (fallback !== undefined) return { value: fallback }
    return invalid(variable, given, 'must not be null')
  }
  const { value, problems } = convert(read.value, variable.type)
  if (problems.length === 0) return { value }
  // A path into a sensitive value may show keys of it.
  return invalid(variable, given, variable.sensitive ? 'does not fit its type' : problems.join('; it '))
}

function readContent(variable: Variable, given: Given): Resolved {
  if ('value' in given.content) return { value: given.content.value }
  const { text } = given.content
  if (variable.parsing !== 'expression') return { value: text }
  try {
    return { value: constantValue(parseExpression(text)) }
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    // What the parser says shows the text.
    const why = variable.sensitive
      ? ''
      : ` ${error.diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`).join(' ')}`
    return invalid(variable, given, `is not a valid expression, such as ["a"] or {"a": "b"}.${why}`)
  }
}

function invalid(variable: Variable, { name, from }: Given, why: string): Resolved {
  const detail = `The value of the variable "${name}", given by ${from}, ${why}${/[.^]$/.test(why) ? '' : '.'}`
  return { problem: problem('Invalid variable value', detail, variable.place) }
}

function missing({ name, description, place }: Variable): Resolved {
  const about = description === '' ? '' : ` (${description})`
  const detail = `The variable "${name}"${about} has no value and no default. Give it with --var ${name}=VALUE, in terraform.tfvars.json, in a file named by --var-file, or in the environment as HUBFORM_VAR_${name} or TF_VAR_${name}.`
  return { problem: problem('Missing variable value', detail, place) }
}

/** Names that no variable has. In a file that is a warning, as one file may serve several configurations. */
function undeclared(given: readonly Given[], variables: ReadonlyMap<string, Variable>): Diagnostic[] {
  return given
    .filter(({ name }) => !variables.has(name))
    .map(({ name, from, kind }) => {
      const detail = `${from} sets "${name}", but no variable of that name is declared.${didYouMean(name, variables.keys())}`
      return kind === 'file'
        ? warning('Undeclared variable', detail, { file: from })
        : problem('Undeclared variable', detail)
    })
}
