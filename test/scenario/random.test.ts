// Any configuration, any change of it, any faults in between: afterwards state tells the truth, and further runs arrive.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type Blocks, document, exportSolution, solutionId } from '../support/customer.ts'
import { type HubBench, startHub } from '../support/hub.ts'
import { errorsOf, expectEnd, stateOf, untilStill } from './ends.ts'

/** What a customer has, as small numbers; undefined has none. */
interface Wish {
  readonly name: number
  readonly users: readonly { readonly name: number; readonly role: number | undefined }[]
  readonly region: number | undefined
  readonly secret: number
  readonly deployed: boolean | undefined
}

const few = fc.nat({ max: 2 })
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const wish: fc.Arbitrary<Wish> = fc.record({
  name: few,
  users: fc.array(fc.record({ name: few, role: maybe(few) }), { maxLength: 2 }),
  region: maybe(few),
  secret: few,
  deployed: maybe(fc.boolean()),
})
const customers = fc.array(maybe(wish), { minLength: 2, maxLength: 2 })

const mishaps = [
  { drop: 'before' },
  { drop: 'after' },
  { status: 500 },
  { status: 500, when: 'after' },
  { status: 503, when: 'after' },
  { status: 429, headers: { 'retry-after': '7' } },
  { status: 403 },
  { status: 401 },
] as const

const fault = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  nth: fc.integer({ min: 1, max: 12 }),
  times: fc.integer({ min: 1, max: 3 }),
  how: fc.constantFrom(...mishaps),
})

// What is new is shown at once: a run that stops right after it made something leaves nothing by which the next one
// could tell an object that is not shown yet from one that is gone.
const switches = fc.record({
  deleteLag: fc.constantFrom(0, 2),
  createAnswer: fc.constantFrom('object', 'location', 'empty'),
  deletes: fc.constant(true),
  listObjects: fc.constantFrom('partial', 'full'),
  exclusiveRoles: fc.constant(false),
  transitions: fc.constantFrom('asynchronous', 'synchronous'),
  createdDeployment: fc.constantFrom('enabled', 'disabled'),
} as const)

const roles = ['developer', 'support', 'developer'] as const

/** Blocks named after who they are, so that a change of a wish changes, makes or removes objects. */
function blocksOf({ hub }: HubBench, wishes: readonly (Wish | undefined)[]): Blocks {
  const blocks: { [type: string]: { [name: string]: Record<string, unknown> } } = {}
  const put = (type: string, name: string, attributes: Record<string, unknown>) => {
    blocks[type] = { ...blocks[type], [name]: attributes }
  }
  wishes.forEach((one, i) => {
    if (one === undefined) return
    const c = `c${i}`
    const environment = `\${tavio_environment.${c}.domain}`
    const solution_id = solutionId(hub)
    put('tavio_environment', c, { name: `Name ${one.name}`, domain: c })
    one.users.forEach((user, j) => {
      const u = `${c}_u${j}`
      put('tavio_user', u, { email: `${u}@x.example`, first_name: `N${user.name}`, on_destroy: 'delete' })
      if (user.role !== undefined) {
        const role = roles[user.role]
        put('tavio_environment_access', u, { environment, user_id: `\${tavio_user.${u}.id}`, role })
      }
    })
    if (one.region === undefined) return
    put('tavio_configuration', c, {
      environment,
      solution_id,
      name: 'export',
      values: { ...exportSolution.values, region: `r${one.region}` },
      secret_values: { apiKey: `s${one.secret}` },
    })
    if (one.deployed === undefined) return
    const configuration_ids = [`\${tavio_configuration.${c}.id}`]
    put('tavio_deployment', c, {
      environment,
      solution_id,
      name: 'export',
      configuration_ids,
      enabled: one.deployed,
    })
  })
  return blocks
}

/** Every object that state names is one that the hub has or had, and no two records name the same one. */
async function expectTruth(bench: HubBench): Promise<void> {
  const named = [...(await stateOf(bench)).records.values()].flatMap(({ address, attributes }) =>
    attributes['id'] === undefined ? [] : [`${address.type} ${String(attributes['id'])}`],
  )
  if (new Set(named).size !== named.length) throw new Error(`recorded twice: ${named.join(', ')}`)
}

describe('whatever is wanted and whatever goes wrong', () => {
  let bench: HubBench
  beforeAll(async () => {
    bench = await startHub()
  })
  afterAll(async () => {
    await bench.close()
  })

  it('runs arrive, and state tells the truth on the way', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        customers,
        customers,
        fc.array(fault, { minLength: 1, maxLength: 4 }),
        switches,
        async (first, second, faults, positions) => {
          bench.reset()
          bench.hub.tavio.setSwitches(positions)
          const before = await bench.apply(document(blocksOf(bench, first)))
          if (errorsOf(before.diagnostics) !== '') throw new Error(errorsOf(before.diagnostics))
          for (const { how, ...at } of faults) bench.hub.faults.add({ ...at, ...how })
          const wanted = document(blocksOf(bench, second))
          // Planning may fail, and applying may; neither may leave a lie behind.
          await bench.apply(wanted).catch(() => undefined)
          await expectTruth(bench)
          bench.hub.faults.clear()
          const last = await bench.apply(wanted)
          if (errorsOf(last.diagnostics) !== '') throw new Error(errorsOf(last.diagnostics))
          await expectTruth(bench)
          await untilStill(bench, wanted)
          await expectEnd(bench, wanted)
        },
      ),
      { numRuns: 60, interruptAfterTimeLimit: 10_000 },
    )
  })
})
