// Files on disk to a Config.
import { basename, dirname, join, resolve } from 'node:path'
import { type Diagnostic, DiagnosticError, fail, hasErrors, problem } from '../diagnostics.ts'
import type { ObjectValue } from '../schema/value.ts'
import { orderMoves } from './check-refactoring.ts'
import type { Config } from './config.ts'
import { decodeFile } from './decode.ts'
import { advice, type ConfigFile, listDirectory, readConfigFile } from './disk.ts'
import { emptyDraft } from './draft.ts'
import { parseDocument, type Repeat } from './json.ts'
import { Problems, type Source } from './site.ts'

/**
 * Reads all `*.tf.json` of one directory as one configuration.
 *
 * Throws diagnostics: everything that is wrong in any of the files, not only the first thing. Does not check what
 * references lead to; `checkReferences` does.
 */
export async function loadDirectory(directory: string): Promise<Config> {
  const names = (await listDirectory(directory)).filter((name) => !/^[.#]|~$/.test(name))
  const json = names.filter((name) => name.endsWith('.tf.json'))
  const problems = [
    ...foreignSyntax(directory, names),
    ...json.filter(isOverride).map((name) => overrideProblem(directory, name)),
  ]
  if (json.length === 0 && problems.length === 0) {
    fail('No configuration found', `${directory} has no *.tf.json file. ${advice}`, { file: directory })
  }
  const files = await Promise.all(
    json.filter((name) => !isOverride(name)).map((name) => readConfigFile(join(directory, name))),
  )
  return decodeConfig(resolve(directory), files, problems)
}

/** Reads one synthesized stack, `cdk.tf.json`. Throws as `loadDirectory` does. */
export async function loadStack(file: string): Promise<Config> {
  return decodeConfig(resolve(dirname(file)), [await readConfigFile(file)])
}

/** Decodes files that have been read. `found` are problems met before. Throws as `loadDirectory` does. */
export function decodeConfig(
  directory: string,
  files: readonly ConfigFile[],
  found: readonly Diagnostic[] = [],
): Config {
  const problems = new Problems()
  problems.take(found)
  const draft = emptyDraft(problems)
  for (const file of files) {
    const source = openSource(file, problems)
    if (source !== undefined) decodeFile(source, draft)
  }
  const diagnostics = problems.list()
  if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics)
  const { variables, locals, outputs, providers, requiredProviders, versionConstraints, resources } = draft
  const { removed, imports, checks, backend } = draft
  const { ordered, circular } = orderMoves(draft.moved)
  return {
    directory,
    variables,
    locals,
    outputs,
    providers,
    requiredProviders,
    versionConstraints,
    resources,
    moved: [...ordered, ...circular],
    removed,
    imports,
    checks,
    backend,
    warnings: diagnostics,
  }
}

function openSource({ path: file, text }: ConfigFile, problems: Problems): Source | undefined {
  try {
    const document = parseDocument(text, file)
    const repeats = new Map<ObjectValue, Repeat[]>()
    for (const repeat of document.repeats) {
      const known = repeats.get(repeat.object)
      if (known === undefined) repeats.set(repeat.object, [repeat])
      else known.push(repeat)
    }
    return { file, text, document, repeats, consumed: new Set() }
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    problems.take(error.diagnostics)
    return undefined
  }
}

function foreignSyntax(directory: string, names: readonly string[]): readonly Diagnostic[] {
  return names
    .filter((name) => name.endsWith('.tf'))
    .map((name) => {
      const file = join(directory, name)
      const detail = `${file} is in Terraform's native syntax; Hubform reads only its JSON syntax. Rewrite it as ${name}.json, or generate it with a cdktf app.`
      return problem('Native syntax not handled', detail, { file })
    })
}

function isOverride(name: string): boolean {
  return name === 'override.tf.json' || name.endsWith('_override.tf.json')
}

function overrideProblem(directory: string, name: string): Diagnostic {
  const file = join(directory, name)
  const detail = `${basename(file)} is an override file, which Hubform does not handle yet. Put its values into the blocks they override.`
  return problem('Not handled yet', detail, { file })
}
