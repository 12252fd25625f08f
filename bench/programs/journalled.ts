// Measured: what the journal takes of a first apply against the emulator in another process.
import { readFileSync } from 'node:fs'
import type { Backend } from '../../src/state/backend.ts'
import { openStore } from '../../src/state/open-store.ts'
import { tavio } from '../../src/systems/tavio/provider.ts'
import { input, report } from '../measure.ts'
import { work } from '../work.ts'

const { config, kind, settings, env } = input<{
  /** Path of a file. */
  config: string
  kind: string
  settings: { [name: string]: string }
  env: { [name: string]: string }
}>()
const backend = (await openStore({ kind, settings, directory: '/' }, {})).open('default')

let journalBytes = 0
let savedBytes = 0
let saves = 0
/** How long each append took, in the order in which they began. */
const waits: number[] = []
/** Milliseconds in which at least one append was under way. */
let busy = 0
let underWay = 0
let since = 0
const watched: Backend = {
  ...backend,
  async append(lines) {
    for (const line of lines) journalBytes += Buffer.byteLength(line) + 1
    const began = performance.now()
    if (underWay++ === 0) since = began
    const at = waits.push(0) - 1
    try {
      return await backend.append(lines)
    } finally {
      const now = performance.now()
      waits[at] = now - began
      if (--underWay === 0) busy += now - since
    }
  },
  write(text) {
    saves += 1
    savedBytes += Buffer.byteLength(text)
    return backend.write(text)
  },
}

const parts = await work(
  { config: readFileSync(config, 'utf8'), state: watched, env, provider: tavio },
  'apply',
)
const mean = (part: readonly number[]) => part.reduce((sum, one) => sum + one, 0) / part.length
const tenth = Math.ceil(waits.length / 10)
report({
  apply: parts.apply,
  changes: parts.changes,
  busyUs: (busy * 1000) / parts.changes,
  firstTenthUs: mean(waits.slice(0, tenth)) * 1000,
  lastTenthUs: mean(waits.slice(-tenth)) * 1000,
  bytesPerStep: journalBytes / parts.changes,
  savedPerStep: savedBytes / parts.changes,
  saves,
})
