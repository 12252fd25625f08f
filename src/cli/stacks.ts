// The stacks that an app has written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
 * Moves the state of a stack from where cdktf puts it by default to the project's state folder.
 *
 * Writes the place into the stack's file, so that Terraform uses the same one. A place that the app chose stays, and so
 * does cdktf's if there is a state already.
 */
export function settleBackend(stack: WrittenStack, project: string): void {
  const text = readFileSync(stack.file, 'utf8')
  const usual = join(project, `terraform.${stack.name}.tfstate`)
  const wanted = join(project, 'state', `${stack.name}.tfstate`)
  const config = parseJson(text)
  if (localPath(config) !== usual || (existsSync(usual) && !existsSync(wanted))) return
  writeFileSync(stack.file, `${formatJson(withPath(config, wanted), 2)}\n`)
}

function localPath(config: Value): Value | undefined {
  return steps.reduce<Value | undefined>(
    (value, step) => (isObject(value) ? field(value, step) : undefined),
    config,
  )
}

const steps = ['terraform', 'backend', 'local', 'path']

function withPath(value: Value, path: string, [step, ...rest]: readonly string[] = steps): Value {
  if (step === undefined) return path
  const object: ObjectValue = isObject(value) ? value : {}
  return { ...object, [step]: withPath(field(object, step) ?? {}, path, rest) }
}
