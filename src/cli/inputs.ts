// A stack's configuration with the values of its variables, all checked.
import { resolve } from 'node:path'
import { checkReferences } from '../config/check.ts'
import type { Config } from '../config/config.ts'
import { readConfigFile, readVariableFiles } from '../config/disk.ts'
import { resolveVariables } from '../config/variables.ts'
import { type Diagnostic, DiagnosticError, hasErrors } from '../diagnostics.ts'
import type { Value } from '../schema/value.ts'
import type { VariableOptions } from './options.ts'
import { placeOfState, type StatePlace } from './places.ts'
import type { Stack } from './project.ts'
import { learnConfig, learnEnvironment } from './secrets.ts'
import type { Shell } from './shell.ts'

export interface Inputs {
  readonly config: Config
  /** Sensitive ones are marked. */
  readonly variables: ReadonlyMap<string, Value>
  readonly warnings: readonly Diagnostic[]
  readonly place: StatePlace
}

/** Loads and checks a stack, and learns the secrets in it. Throws diagnostics: everything that is wrong. */
export async function readInputs(stack: Stack, options: VariableOptions, shell: Shell): Promise<Inputs> {
  learnEnvironment(shell.secrets, shell.env)
  const config = await stack.load()
  const flags = await Promise.all(
    options.variables.map(({ kind, text }) =>
      kind === 'value' ? text : readConfigFile(resolve(shell.cwd, text)),
    ),
  )
  const files = await readVariableFiles(config.directory)
  const resolved = resolveVariables({ config, flags, files, env: shell.env })
  learnConfig(shell.secrets, config, resolved.values)
  const found = [...checkReferences(config), ...resolved.problems]
  if (hasErrors(found)) throw new DiagnosticError([...found, ...config.warnings])
  const warnings = [...config.warnings, ...found]
  return { config, variables: resolved.values, warnings, place: placeOfState(config, shell.env) }
}
