// One step in the real program.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Path } from '../../src/path.ts'
import { parseJson } from '../../src/schema/json.ts'
import { field, isList, isObject, type ObjectValue, type Value } from '../../src/schema/value.ts'
import type { CaseStep } from './case.ts'
import { changeValue, checksByAddress, type Outcome, truePaths, withUnknowns } from './outcome.ts'
import type { Stage } from './stage.ts'

const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env
const env = { ...inherited, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' }

/** Why there is nothing to compare with; undefined when there is. */
export function whyNoTerraform(): string | undefined {
  const { stdout } = spawnSync('terraform', ['version'], { encoding: 'utf8', env })
  return /^Terraform v1\.1\d/m.test(stdout ?? '') ? undefined : 'no terraform 1.1x on the PATH'
}

/** Runs a step from a state (empty text: none) in a directory of its own, on the stage if there is one. */
export async function runTerraform(step: CaseStep, state: string, stage?: Stage): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-differential-'))
  const statePath = join(directory, 'terraform.tfstate')
  const readState = () => (existsSync(statePath) ? readFileSync(statePath, 'utf8') : '')
  const more = stage === undefined ? {} : { TF_REATTACH_PROVIDERS: stage.reattach }
  const run = (...args: string[]) => terraform(directory, args, more)
  try {
    writeFileSync(join(directory, 'main.tf.json'), JSON.stringify(stage?.written(step.config) ?? step.config))
    writeFileSync(join(directory, 'given.json'), JSON.stringify(step.vars ?? {}))
    if (state !== '') writeFileSync(statePath, state)
    const nothing = { changes: new Map(), outputs: new Map(), checks: new Map(), sequence: [] }
    const planned = await run('plan', ...common, '-out=plan', ...planFlags(step))
    if (planned.status !== 0) {
      return { failed: 'plan', message: planned.text, ...nothing, state }
    }
    const shown = await run('show', '-json', 'plan')
    if (shown.status !== 0) throw new Error(`terraform show failed: ${shown.text}`)
    const plan = parseJson(shown.text) as ObjectValue
    stage?.disturb(step)
    const applied = await run('apply', '-json', ...common, 'plan')
    return {
      failed: applied.status === 0 ? undefined : 'apply',
      message: applied.status === 0 ? '' : applied.text,
      changes: changesOf(plan),
      outputs: outputsOf(plan),
      checks: checksByAddress((JSON.parse(shown.text) as { checks?: object[] }).checks ?? []),
      state: readState(),
      sequence: sequenceOf(applied.text),
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const common = ['-input=false', '-no-color', '-lock=false', '-parallelism=1']

function planFlags(step: CaseStep): string[] {
  return [
    ...(step.mode === 'destroy' || step.mode === 'refresh-only' ? [`-${step.mode}`] : []),
    ...(step.refresh === false ? ['-refresh=false'] : []),
    ...(step.targets ?? []).map((target) => `-target=${target}`),
    ...(step.replace ?? []).map((address) => `-replace=${address}`),
    '-var-file=given.json',
  ]
}

function terraform(
  cwd: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv,
): Promise<{ status: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('terraform', args, {
      cwd,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    const errors: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => out.push(part))
    child.stderr.on('data', (part: Buffer) => errors.push(part))
    child.on('error', reject)
    child.on('close', (status) =>
      resolve({ status, text: Buffer.concat(status === 0 ? out : [...out, ...errors]).toString() }),
    )
  })
}

function changesOf(plan: ObjectValue): Map<string, Value> {
  const changes = field(plan, 'resource_changes') ?? []
  if (!isList(changes)) throw new Error('resource_changes is a list')
  return new Map(
    changes.map((entry) => {
      const resource = entry as ObjectValue
      const change = resource['change'] as ObjectValue
      const deposed = field(resource, 'deposed')
      const key = deposed === undefined ? '' : ` (deposed ${String(deposed)})`
      return [`${String(resource['address'])}${key}`, changeOf(change, field(resource, 'action_reason'))]
    }),
  )
}

function changeOf(change: ObjectValue, reason: Value | undefined): Value {
  return changeValue({
    actions: change['actions'] as readonly string[],
    reason: typeof reason === 'string' ? reason : undefined,
    before: change['before'] ?? null,
    after: withUnknowns(change['after'] ?? null, change['after_unknown'] ?? false),
    beforeSensitive: truePaths(change['before_sensitive'] ?? false),
    afterSensitive: truePaths(change['after_sensitive'] ?? false),
    replacePaths: (change['replace_paths'] ?? []) as readonly Path[],
  })
}

function outputsOf(plan: ObjectValue): Map<string, Value> {
  const outputs = field(plan, 'output_changes') ?? {}
  if (!isObject(outputs)) throw new Error('output_changes is an object')
  return new Map(
    Object.entries(outputs).map(([name, entry]) => {
      const change = entry as ObjectValue
      return [
        name,
        {
          actions: (change['actions'] as readonly string[]).join(','),
          before: change['before'] ?? null,
          after: withUnknowns(change['after'] ?? null, change['after_unknown'] ?? false),
          sensitive: change['after_sensitive'] ?? false,
        },
      ]
    }),
  )
}

function sequenceOf(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return []
    const { type, hook } = JSON.parse(line) as {
      type: string
      hook?: { action: string; resource: { addr: string } }
    }
    return type === 'apply_start' && hook !== undefined ? [`${hook.action} ${hook.resource.addr}`] : []
  })
}
