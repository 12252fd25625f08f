// Measured: the engine with the Tavio provider against an emulator in another process.
import { readFileSync } from 'node:fs'
import { localBackend } from '../../src/state/local/backend.ts'
import { tavio } from '../../src/systems/tavio/provider.ts'
import { input, report } from '../measure.ts'
import { work } from '../work.ts'

interface Input {
  readonly verb: 'plan' | 'apply'
  /** Paths of files. */
  readonly config: string
  readonly state: string
  readonly env: { readonly [name: string]: string }
}

const { verb, config, state, env } = input<Input>()
const parts = await work(
  { config: readFileSync(config, 'utf8'), state: localBackend({ path: state }), env, provider: tavio },
  verb,
)
if (verb === 'plan' && parts.changes > 0)
  throw new Error(`${parts.changes} steps in a plan that should be empty`)
report({ ...parts })
