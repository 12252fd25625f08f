// A process of its own that applies a configuration: `node run-apply.ts STATE CONFIG`, settings in the environment.
// Says `done` and what went wrong on standard output. Made to be killed.
import { readFileSync } from 'node:fs'
import { localBackend } from '../../src/state/local/backend.ts'
import { makeTavio } from '../../src/systems/tavio/provider.ts'
import { bench, text } from '../support/engine.ts'
import { quickClock } from '../support/quick-clock.ts'

const [path = '', config = ''] = process.argv.slice(2)
const clock = quickClock()
const { apply } = bench(makeTavio(clock), { clock, env: process.env, backend: () => localBackend({ path }) })
const { diagnostics } = await apply(JSON.parse(readFileSync(config, 'utf8')), { parallelism: 2 })
console.log(`done ${text(diagnostics.filter((one) => one.severity === 'error'))}`)
