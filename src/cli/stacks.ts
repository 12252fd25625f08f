// The stacks that an app has written.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Diagnostic, DiagnosticError, problem, warning } from '../diagnostics.ts'
import { formatJson, parseJson } from '../schema/json.ts'
import { field, isObject, type ObjectValue, type Value } from '../schema/value.ts'
import { type AppFile, readJson } from './app.ts'

/** One stack of the manifest. */
export interface WrittenStack {
  readonly name: string
  /** Absolute path of its cdk.tf.json. */
  readonly file: string
  /** Names of stacks that must be applied before. */
  readonly dependencies: readonly string[]
  /** What the app says about it: errors stop everything. */
  readonly annotations: readonly Diagnostic[]
}

/** Reads what an app wrote; undefined when it has not run yet. Stacks come after those they depend on. */
export function findStacks({ output, file: appFile }: AppFile): WrittenStack[] | undefined {
  const file = join(output, 'manifest.json')
  if (!existsSync(file)) return undefined
  const stacks = readJson(file)['stacks']
  if (typeof stacks !== 'object' || stacks === null) {
    throw new DiagnosticError(
      problem('Unreadable manifest', `${file} names no stacks. Run the app of ${appFile} again.`, { file }),
    )
  }
  return inOrder(Object.entries(stacks).map(([name, entry]) => readStack(name, entry, output)))
}

function readStack(name: string, entry: unknown, output: string): WrittenStack {
  const parts = entry as {
    readonly synthesizedStackPath?: string
    readonly dependencies?: readonly string[]
    readonly annotations?: readonly { level: string; message: string; constructPath: string }[]
  }
  return {
    name,
    file: join(output, parts.synthesizedStackPath ?? join('stacks', name, 'cdk.tf.json')),
    dependencies: parts.dependencies ?? [],
    annotations: (parts.annotations ?? []).flatMap(({ level, message, constructPath: construct }) => {
      if (/error/i.test(level)) return [problem('App reports an error', message, { construct })]
      return /warn/i.test(level) ? [warning('App warns', message, { construct })] : []
    }),
  }
}

function inOrder(stacks: readonly WrittenStack[]): WrittenStack[] {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]))
  const done = new Set<WrittenStack>()
  const visit = (stack: WrittenStack | undefined, above: readonly string[]) => {
    if (stack === undefined || done.has(stack) || above.includes(stack.name)) return
    for (const name of stack.dependencies) visit(byName.get(name), [...above, stack.name])
    done.add(stack)
  }
  for (const stack of stacks) visit(stack, [])
  return [...done]
}

/**
 * Moves the state of a stack from where cdktf puts it by default to the project's state folder, and those of its workspaces
 * from the folder of the stack, which is output that anybody may delete, to the same place.
 *
 * Writes the places into the stack's file, so that Terraform uses the same ones. What the app chose stays, and so does what
 * is there already.
 */
export function settleBackend(stack: WrittenStack, project: string): void {
  const text = readFileSync(stack.file, 'utf8')
  const usual = join(project, `terraform.${stack.name}.tfstate`)
  const wanted = join(project, 'state', `${stack.name}.tfstate`)
  const config = parseJson(text)
  if (localSetting(config, 'path') !== usual) return
  const path = existsSync(usual) && !existsSync(wanted) ? usual : wanted
  const moved = withSetting(config, 'path', path)
  const settled =
    localSetting(config, 'workspace_dir') === undefined && !hasWorkspaces(stack)
      ? withSetting(moved, 'workspace_dir', `${path}.d`)
      : moved
  writeFileSync(stack.file, `${formatJson(settled, 2)}\n`)
}

function hasWorkspaces({ file }: WrittenStack): boolean {
  const usual = join(dirname(file), 'terraform.tfstate.d')
  return existsSync(usual) && readdirSync(usual).length > 0
}

const local = ['terraform', 'backend', 'local']

function localSetting(config: Value, name: string): Value | undefined {
  return [...local, name].reduce<Value | undefined>(
    (value, step) => (isObject(value) ? field(value, step) : undefined),
    config,
  )
}

function withSetting(config: Value, name: string, value: string): Value {
  return withValue(config, value, [...local, name])
}

function withValue(value: Value, leaf: string, [step, ...rest]: readonly string[]): Value {
  if (step === undefined) return leaf
  const object: ObjectValue = isObject(value) ? value : {}
  return { ...object, [step]: withValue(field(object, step) ?? {}, leaf, rest) }
}
