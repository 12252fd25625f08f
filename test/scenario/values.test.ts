// Texts that break careless code, and secrets that change.
import { describe, expect, it } from 'vitest'
import { formatAddress } from '../../src/address.ts'
import { changed, customer, document, exportSolution } from '../support/customer.ts'
import { actions, type Json } from '../support/engine.ts'
import { type HubBench, startHub } from '../support/hub.ts'
import { errorsOf, expectEnd, planned, recorded } from './ends.ts'

const texts: readonly { readonly name: string; readonly text: string; readonly written?: string }[] = [
  { name: 'quotes and backslashes', text: `"double" 'single' \`back\` \\ \\n \\"` },
  { name: 'emoji and joined emoji', text: '🚀 👩‍👩‍👧‍👦 🇨🇭' },
  { name: 'an expression that is none', text: '${x} and %{if}', written: '$${x} and %%{if}' },
  { name: 'dollars and braces', text: '$ $$ { } }} $$$', written: '$ $$ { } }} $$$' },
  { name: 'newlines and tabs', text: 'one\ntwo\r\nthree\tfour' },
  { name: 'combining and right-to-left letters', text: 'e\u0301 עברית \u200b \u2028' },
  { name: 'what looks like markup and paths', text: '</script><b>&amp; ../../etc?x=y#z %2F' },
  { name: 'a digit too many for a number', text: '9007199254740993' },
  { name: 'a very long text', text: 'long '.repeat(20_000) },
]

async function withHub(task: (bench: HubBench) => Promise<void>): Promise<void> {
  const bench = await startHub()
  await task(bench).finally(() => bench.close())
}

describe('a text', () => {
  it.each(texts)('of $name comes and goes unchanged', async ({ text, written = text }) => {
    await withHub(async (bench) => {
      const words: readonly (readonly [string, Json])[] = [
        ['tavio_environment', { name: written, description: written }],
        ['tavio_user', { first_name: written, last_name: written }],
        [
          'tavio_configuration',
          { name: written, values: { region: written }, secret_values: { apiKey: written } },
        ],
        ['tavio_deployment', { name: written }],
      ]
      const blocks = words.reduce(
        (all, [type, change]) => changed(all, type, 'acme', change),
        customer(bench.hub, 'acme'),
      )
      const made = await bench.apply(document(blocks))
      expect(errorsOf(made.diagnostics)).toBe('')
      await expectEnd(bench, document(blocks))
      const { environments, users, configurations, deployments } = bench.hub.tavio.tables
      // As in Terraform, texts are kept composed.
      const kept = text.normalize()
      expect(environments.all()[0]).toMatchObject({ name: kept, description: kept })
      expect(users.all()[1]).toMatchObject({ firstName: kept, lastName: kept })
      expect(configurations.all()[0]).toMatchObject({ name: kept, values: { region: kept, apiKey: kept } })
      expect(deployments.all()[0]).toMatchObject({ name: kept })
      expect((await recorded(bench, 'tavio_environment.acme'))['name']).toBe(kept)

      const renamed = document(changed(blocks, 'tavio_environment', 'acme', { name: `${written}!` }))
      expect(actions(await bench.apply(renamed))).toEqual(['update tavio_environment.acme'])
      await expectEnd(bench, renamed)
      const gone = await bench.apply(renamed, { mode: 'destroy' })
      expect(errorsOf(gone.diagnostics)).toBe('')
    })
  })

  it('without anything in it makes no difference to the service', async () => {
    await withHub(async (bench) => {
      const blocks = changed(customer(bench.hub, 'acme'), 'tavio_environment', 'acme', { description: '' })
      await bench.apply(document(blocks))
      await expectEnd(bench, document(blocks))
      const none = changed(blocks, 'tavio_environment', 'acme', { description: undefined })
      await bench.apply(document(none))
      await expectEnd(bench, document(none))
    })
  })

  it('that is a key of for_each, whatever is in it, names its instance', async () => {
    await withHub(async (bench) => {
      const keys = ['a b', 'x"y', '${z}', '🚀', 'a\nb', "it's"]
      const config = {
        resource: {
          tavio_user: {
            all: {
              for_each: Object.fromEntries(
                keys.map((key, i) => [key.replaceAll('${', () => '$${'), `user${i}`]),
              ),
              email: '${each.value}@acme.example',
              first_name: '${each.key}',
            },
          },
        },
      }
      const made = await bench.apply(config)
      expect(errorsOf(made.diagnostics)).toBe('')
      expect(bench.hub.tavio.tables.users.all().map((one) => one.firstName)).toEqual(
        expect.arrayContaining(keys),
      )
      await expectEnd(bench, config)
    })
  })
})

describe('a secret that changes', () => {
  const keys = [
    { kind: 'with a key for fingerprints', key: 'a key', pattern: /^hmac-sha256:/ },
    { kind: 'with a salt of its own', key: '', pattern: /^scrypt:/ },
  ] as const

  it.each(keys)('is seen by its fingerprint $kind, and never shown', async ({ key, pattern }) => {
    const bench = await startHub({ env: { TAVIO_FINGERPRINT_KEY: key } })
    try {
      const blocks = customer(bench.hub, 'acme')
      await bench.apply(document(blocks))
      const before = await recorded(bench, 'tavio_configuration.acme')
      expect(before['secret_fingerprint']).toMatch(pattern)
      await expectEnd(bench, document(blocks))

      const rotated = document(
        changed(blocks, 'tavio_configuration', 'acme', { secret_values: { apiKey: 'r0tated!' } }),
      )
      const plan = await planned(bench, rotated)
      expect(actions({ plan })).toEqual(['update tavio_configuration.acme'])
      const change = plan.changes.find((one) => formatAddress(one.address) === 'tavio_configuration.acme')
      expect(change?.fields).toContainEqual(
        expect.objectContaining({ path: ['secret_fingerprint'], why: 'secret' }),
      )
      expect(JSON.stringify(change)).not.toMatch(/r0tated|s3cret/)
      const made = await bench.applyPlan(plan)
      expect(errorsOf(made.diagnostics)).toBe('')
      expect(bench.hub.tavio.tables.configurations.all()[0]?.values).toMatchObject({ apiKey: 'r0tated!' })
      expect(bench.store.text).not.toMatch(/r0tated|s3cret/)
      expect((await recorded(bench, 'tavio_configuration.acme'))['secret_fingerprint']).not.toBe(
        before['secret_fingerprint'],
      )
      await expectEnd(bench, rotated)
    } finally {
      await bench.close()
    }
  })

  it('is sent again with the rest when only a value changes', async () => {
    await withHub(async (bench) => {
      const blocks = customer(bench.hub, 'acme')
      await bench.apply(document(blocks))
      const wanted = document(
        changed(blocks, 'tavio_configuration', 'acme', {
          values: { ...exportSolution.values, region: 'us' },
        }),
      )
      await bench.apply(wanted)
      expect(bench.hub.tavio.tables.configurations.all()[0]?.values).toEqual({
        region: 'us',
        batchSize: 50,
        apiKey: 's3cret',
      })
      await expectEnd(bench, wanted)
    })
  })
})
