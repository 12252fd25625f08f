// Measured: a state file's text from its records, and back.
import { decodeState, encodeState } from '../../src/state/file.ts'
import { type ResourceRecord, recordKey } from '../../src/state/state.ts'
import { input, report, timed } from '../measure.ts'

const { count } = input<{ count: number }>()
const records = Array.from(
  { length: count },
  (_, i): ResourceRecord => ({
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
      secret_fingerprint: `v1:${'f'.repeat(43)}`,
      untracked_keys: ['apiKey'],
      created_at: '2030-01-01T00:00:00Z',
      updated_at: '2030-01-01T00:00:00Z',
    },
    sensitive: [['values']],
    dependencies: ['data.tavio_solution.export', `tavio_environment.c${i}`],
    createBeforeDestroy: false,
  }),
)
const state = {
  lineage: '00000000-0000-4000-8000-000000000000',
  serial: 1,
  outputs: {},
  records: new Map(records.map((record) => [recordKey(record), record])),
  foreign: { checkResults: null },
}
const [encode, text] = await timed(() => encodeState(state))
const [decode, back] = await timed(() => decodeState(text, { file: 'bench' }))
if (back.records.size !== count) throw new Error('records were lost on the way')
report({ encode, decode, megabytes: text.length / 1e6 })
