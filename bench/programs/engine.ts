// Measured: the engine with a service in memory. Applying leaves what the service holds beside the state.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { localBackend } from '../../src/state/local/backend.ts'
import { input, report } from '../measure.ts'
import { makeService } from '../service.ts'
import { benchConfig, type Shape } from '../shapes.ts'
import { work } from '../work.ts'

interface Input {
  readonly verb: 'plan' | 'apply'
  readonly shape: Shape
  readonly count: number
  readonly directory: string
}

const { verb, shape, count, directory } = input<Input>()
const held = join(directory, 'service.json')
const service = makeService(verb === 'plan' ? JSON.parse(readFileSync(held, 'utf8')) : [])
const parts = await work(
  {
    config: benchConfig(shape, count),
    state: localBackend({ path: join(directory, 'bench.tfstate') }),
    provider: service.provider,
    env: {},
  },
  verb,
)
const expected = verb === 'plan' ? 0 : count
if (parts.changes !== expected) throw new Error(`${parts.changes} steps, where ${expected} were expected`)
report({ ...parts, calls: service.calls })
if (verb === 'apply') writeFileSync(held, JSON.stringify([...service.things.values()]))
