import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../src/diagnostics.ts'
import { Sensitive, UNKNOWN, type Value } from '../../src/schema/value.ts'
import { decodeState, encodeState } from '../../src/state/file.ts'
import { emptyState, type ResourceRecord, type State } from '../../src/state/state.ts'
import { anyState, recordOf, stateOf } from './samples.ts'

const where = { file: 'state/hub.tfstate', backup: 'state/hub.tfstate.backup' }

function failure(text: string) {
  try {
    decodeState(text, where)
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0]
    throw error
  }
  return expect.fail('the text was accepted')
}

/** A good file with one resource, in which one part is replaced. */
function tampered(change: (file: { [key: string]: unknown }) => void): string {
  const state = stateOf(recordOf('ada', { email: 's3cret@example.com' }))
  const file = JSON.parse(encodeState(state)) as { [key: string]: unknown }
  change(file)
  return JSON.stringify(file)
}

function instance(file: { [key: string]: unknown }): { [key: string]: unknown } {
  return (file['resources'] as { instances: { [key: string]: unknown }[] }[])[0]?.instances[0] ?? {}
}

describe('a state file', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const sorted = (record: ResourceRecord) => ({
          ...record,
          sensitive: record.sensitive.map((path) => JSON.stringify(path)).sort(),
        })
        const normalized = (s: State) => ({
          ...s,
          records: Object.fromEntries([...s.records].map(([key, record]) => [key, sorted(record)])),
        })
        expect(normalized(decodeState(encodeState(state), where))).toEqual(normalized(state))
      }),
    )
  })

  it('is the same text after reading and writing it', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const text = encodeState(state)
        expect(encodeState(decodeState(text, where))).toBe(text)
      }),
    )
  })

  it('is written as Terraform writes it', () => {
    const record: ResourceRecord = {
      ...recordOf('ada', { count: 1, b: '<>', a: null }),
      tainted: true,
      deposed: '0a1b2c3d',
      private: 'e30=',
      sensitive: [['b'], ['values', 0, 'key']],
      dependencies: ['x.y', 'data.x.y'],
      createBeforeDestroy: true,
    }
    const state = { ...stateOf(record), outputs: { o: { value: 1, type: 'number', sensitive: true } } }
    expect(encodeState(state)).toMatchInlineSnapshot(`
      "{
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 3,
        "lineage": "f0e1d2c3-0000-4000-8000-000000000000",
        "outputs": {
          "o": {
            "value": 1,
            "type": "number",
            "sensitive": true
          }
        },
        "resources": [
          {
            "mode": "managed",
            "type": "tavio_user",
            "name": "ada",
            "provider": "provider[\\"registry.terraform.io/hubform/tavio\\"]",
            "instances": [
              {
                "status": "tainted",
                "deposed": "0a1b2c3d",
                "schema_version": 0,
                "attributes": {
                  "a": null,
                  "b": "\\u003c\\u003e",
                  "count": 1,
                  "id": "ada"
                },
                "sensitive_attributes": [
                  [
                    {
                      "type": "get_attr",
                      "value": "b"
                    }
                  ],
                  [
                    {
                      "type": "get_attr",
                      "value": "values"
                    },
                    {
                      "type": "index",
                      "value": {
                        "value": 0,
                        "type": "number"
                      }
                    },
                    {
                      "type": "get_attr",
                      "value": "key"
                    }
                  ],
                  [
                    {
                      "type": "get_attr",
                      "value": "values"
                    },
                    {
                      "type": "index",
                      "value": {
                        "value": 0,
                        "type": "number"
                      }
                    },
                    {
                      "type": "index",
                      "value": {
                        "value": "key",
                        "type": "string"
                      }
                    }
                  ]
                ],
                "private": "e30=",
                "dependencies": [
                  "data.x.y",
                  "x.y"
                ],
                "create_before_destroy": true
              }
            ]
          }
        ],
        "check_results": null
      }
      "
    `)
  })

  it('an empty state is written with all its parts', () => {
    expect(encodeState({ ...emptyState, lineage: 'l', serial: 1 })).toBe(
      '{\n  "version": 4,\n  "terraform_version": "1.11.4",\n  "serial": 1,\n  "lineage": "l",\n  "outputs": {},\n  "resources": [],\n  "check_results": null\n}\n',
    )
  })

  it('puts instances in the order of Terraform: none, numbers, strings, deposed last', () => {
    const at = (key: string | number | undefined, deposed?: string): ResourceRecord => {
      const record = recordOf('a')
      return { ...record, address: { ...record.address, key }, ...(deposed && { deposed }) }
    }
    const data: ResourceRecord = { ...recordOf('z'), address: { ...recordOf('z').address, mode: 'data' } }
    const records = [at('b'), at(10), at(undefined, 'ffffffff'), at(9), at('a'), at(undefined), data]
    const file = JSON.parse(encodeState(stateOf(...records))) as {
      resources: { mode: string; instances: { index_key?: unknown; deposed?: string }[] }[]
    }
    expect(file.resources.map((resource) => resource.mode)).toEqual(['data', 'managed'])
    expect(file.resources[1]?.instances.map((i) => i.index_key ?? i.deposed)).toEqual([
      undefined,
      'ffffffff',
      9,
      10,
      'a',
      'b',
    ])
  })

  it.each<[string, Value]>([
    ['an unknown value', UNKNOWN],
    ['a mark', new Sensitive('x')],
  ])('never takes %s', (_name, value) => {
    expect(() => encodeState(stateOf(recordOf('a', { value })))).toThrow(TypeError)
  })

  it('reads and writes 10,000 records in well under a second each', () => {
    const records = Array.from({ length: 10_000 }, (_, i) =>
      recordOf(`u${i}`, { email: `u${i}@example.com`, n: i }),
    )
    const state = stateOf(...records)
    const start = performance.now()
    const text = encodeState(state)
    const middle = performance.now()
    decodeState(text, where)
    expect(middle - start).toBeLessThan(1000)
    expect(performance.now() - middle).toBeLessThan(1000)
  })
})

describe('a state file that cannot be used', () => {
  const advice =
    ' Nothing was changed. Restore it from its backup state/hub.tfstate.backup or from version control, and run plan before anything else.'
  const good = tampered(() => {})
  const cases: { name: string; text: string; summary?: string; detail: string; because: string }[] = [
    {
      name: 'truncated',
      text: encodeState(stateOf(recordOf('ada'))).slice(0, 300),
      detail: `The state in state/hub.tfstate is cut off: it ends in line 12 before it is complete.${advice}`,
      because: 'a full disk or a killed program leaves the beginning',
    },
    {
      name: 'truncated to nothing',
      text: ' ',
      detail: `The state in state/hub.tfstate is cut off: it ends in line 1 before it is complete.${advice}`,
      because: 'an empty file reached us past the backend',
    },
    {
      name: 'broken JSON',
      text: '{\n  "version": 4,\n  "lineage": s3cret\n}',
      detail: `The state in state/hub.tfstate is not JSON: line 3, column 14 is not what it must be.${advice}`,
      because: 'an edit by hand went wrong',
    },
    {
      name: 'a merge conflict',
      text: `<<<<<<< HEAD\n${good}`,
      detail: `The state in state/hub.tfstate is not JSON: line 1, column 1 is not what it must be.${advice}`,
      because: 'someone keeps state in git',
    },
    {
      name: 'something else',
      text: '[]',
      detail: `The content of state/hub.tfstate is not a state.${advice}`,
      because: 'a wrong path was given',
    },
    {
      name: 'no version',
      text: '{}',
      detail: `The state in state/hub.tfstate does not say its format: version must be 4.${advice}`,
      because: 'it may be any JSON file',
    },
    {
      name: 'a newer version',
      text: '{"version": 5}',
      summary: 'State format too new',
      detail:
        'The state in state/hub.tfstate has format version 5, and this Hubform reads version 4. It was written by a newer version of Hubform or Terraform. Use that version, or a newer Hubform.',
      because: 'guessing at a newer format could lose objects',
    },
    {
      name: 'an older version',
      text: '{"version": 3}',
      summary: 'State format too old',
      detail:
        'The state in state/hub.tfstate has format version 3, and Hubform reads version 4. Run "terraform apply -refresh-only" once with Terraform 1.x to upgrade it.',
      because: 'Terraform can upgrade it',
    },
    {
      name: 'a negative serial',
      text: tampered((file) => {
        file['serial'] = -1
      }),
      detail: `The state in state/hub.tfstate cannot be used: state.serial must be a whole number from 0 to 2^53, and it is not.${advice}`,
      because: 'serials only grow',
    },
    {
      name: 'a lineage of another type',
      text: tampered((file) => {
        file['lineage'] = 7
      }),
      detail: `The state in state/hub.tfstate cannot be used: state.lineage must be a string, and it is a number.${advice}`,
      because: 'it is compared with that of plans',
    },
    {
      name: 'attributes that are text',
      text: tampered((file) => {
        instance(file)['attributes'] = 's3cret'
      }),
      detail: `The state in state/hub.tfstate cannot be used: resources[0].instances[0] (tavio_user.ada).attributes must be an object, and it is a string.${advice}`,
      because: 'the message names the object and not its content',
    },
    {
      name: 'no attributes',
      text: tampered((file) => {
        delete instance(file)['attributes']
      }),
      detail: `The state in state/hub.tfstate cannot be used: resources[0].instances[0] (tavio_user.ada).attributes must be an object, and it is missing.${advice}`,
      because: 'an object without attributes would be created again',
    },
    {
      name: 'no schema version',
      text: tampered((file) => {
        delete instance(file)['schema_version']
      }),
      detail: `The state in state/hub.tfstate cannot be used: resources[0].instances[0] (tavio_user.ada).schema_version must be a whole number from 0, and it is missing.${advice}`,
      because: 'it is always written',
    },
    {
      name: 'one instance twice',
      text: tampered((file) => {
        const [resource] = file['resources'] as unknown[]
        file['resources'] = [resource, resource]
      }),
      detail: `The state in state/hub.tfstate cannot be used: tavio_user.ada is recorded twice.${advice}`,
      because: 'only one of the two can be right',
    },
    {
      name: 'a provider that is none',
      text: tampered((file) => {
        Object.assign((file['resources'] as object[])[0] ?? {}, { provider: 'tavio' })
      }),
      detail: `The state in state/hub.tfstate cannot be used: resources[0].provider must be a reference such as provider["host/name/type"].${advice}`,
      because: 'nobody could be asked for the object',
    },
    {
      name: 'objects in a module',
      text: tampered((file) => {
        Object.assign((file['resources'] as object[])[0] ?? {}, { module: 'module.hub["a"]' })
      }),
      summary: 'Modules not handled yet',
      detail:
        'The state in state/hub.tfstate records objects in module.hub["a"]. Hubform does not handle modules yet, and leaves the state as it is. Keep managing it with Terraform, or move its objects to the root module first.',
      because: 'dropping them would orphan them',
    },
  ]

  it.each(cases)('$name', ({ text, summary = 'State is damaged', detail, because }) => {
    const found = failure(text)
    expect(found?.summary, because).toBe(summary)
    expect(found?.detail, because).toBe(detail)
    expect(found?.where?.file).toBe(where.file)
    expect(JSON.stringify(found)).not.toContain('s3cret')
  })

  it('is found at every point at which a file may be cut', () => {
    const text = encodeState(stateOf(recordOf('ada', { email: 'é\\" <x>', n: -1.5, t: true })))
    // Without the line break at its end it is complete.
    for (let length = 0; length < text.length - 1; length++) {
      expect(failure(text.slice(0, length))?.detail, `cut at ${length}`).toContain(
        'is cut off: it ends in line',
      )
    }
  })
})
