// Measured: the journal of a run, step by step, on a file and in PostgreSQL, every line brought to disk.
import { rmSync } from 'node:fs'
import type { Backend } from '../../src/state/backend.ts'
import type { Announced } from '../../src/state/journal.ts'
import { openStore } from '../../src/state/open-store.ts'
import { openSession } from '../../src/state/session.ts'
import { type ResourceRecord, recordKey } from '../../src/state/state.ts'
import { input, report, timed } from '../measure.ts'

const { count, kind, settings, atOnce } = input<{
  count: number
  kind: string
  settings: { [name: string]: string }
  atOnce: number
}>()
const backend = (await openStore({ kind, settings, directory: '/' }, {})).open('default')

let bytes = 0
let saves = 0
let savedBytes = 0
const counted: Backend = {
  ...backend,
  append(lines) {
    for (const line of lines) bytes += Buffer.byteLength(line) + 1
    return backend.append(lines)
  },
  write(text) {
    saves += 1
    savedBytes += Buffer.byteLength(text)
    return backend.write(text)
  },
}

const session = await openSession({
  backend: counted,
  operation: 'OperationTypeApply',
  who: 'bench@here',
  version: '0.0.0',
  lockTimeoutMs: 0,
  clock: { now: () => new Date(), monotonic: () => performance.now(), sleep: async () => {} },
  newId: () => crypto.randomUUID(),
  signal: new AbortController().signal,
})

function recordOf(i: number): ResourceRecord {
  return {
    address: { mode: 'managed', type: 'tavio_configuration', name: `c${i}`, key: undefined },
    provider: 'provider["registry.terraform.io/hubform/tavio"]',
    tainted: false,
    schemaVersion: 0,
    attributes: {
      id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      environment: `customer-${i}`,
      solution_id: '11111111-1111-4111-8111-111111111111',
      name: `Configuration ${i}`,
      values: { region: 'eu', batchSize: '100', url: `https://c${i}.example/orders?a=1&b=2` },
      secret_values: null,
      created_at: '2030-01-01T00:00:00Z',
    },
    sensitive: [['values']],
    dependencies: ['data.tavio_solution.export', `tavio_environment.c${i}`],
    createBeforeDestroy: false,
  }
}

/** Times of the steps of the first and of the last tenth, as a rising cost would show there. */
const times: number[] = []
const numbers = Array.from({ length: count }, (_, i) => i).values()
/** As the engine would say it of such an object, whose environment is made in the same run. */
const announced = Array.from({ length: count }, (_, i): Announced => {
  const key = `tavio_configuration.c${i}`
  return {
    step: `create ${key}`,
    action: 'create',
    key,
    collection: 'configurations',
    identity: { name: `Configuration ${i}` },
    expressions: { environment: `tavio_environment.c${i}.domain` },
  }
})
const [announce] = await timed(() =>
  session.beginRun({ id: '0123456789abcdef', createdAt: '2030-01-01T00:00:00Z' }, announced),
)
const announcedBytes = bytes
const work = async () => {
  for (const i of numbers) {
    const record = recordOf(i)
    const key = recordKey(record)
    const start = performance.now()
    await session.intend({
      step: `create ${key}`,
      action: 'create',
      key,
      record: { ...record, attributes: {} },
    })
    await session.outcome(`create ${key}`, { [key]: record })
    times.push(performance.now() - start)
  }
}
const [all] = await timed(() => Promise.all(Array.from({ length: atOnce }, work)))
const [folds, foldedBytes] = [saves, savedBytes]
const [save] = await timed(() => session.save(session.state))
await session.close()
if (kind === 'local') rmSync(settings['path'] ?? '', { force: true })
const mean = (part: readonly number[]) => part.reduce((sum, one) => sum + one, 0) / part.length
const tenth = Math.ceil(count / 10)
report({
  perStepUs: (all * 1000) / count,
  firstTenthUs: mean(times.slice(0, tenth)) * 1000,
  lastTenthUs: mean(times.slice(-tenth)) * 1000,
  bytesPerStep: bytes / count,
  announcedPerStep: announcedBytes / count,
  announce,
  foldedPerStep: foldedBytes / count,
  folds,
  save,
})
