// Configurations of a given size and shape.

/** A block for each: nothing refers to anything; all refer to the first; each refers to the one before. */
export const shapes = ['independent', 'fan', 'chain'] as const
/** As well: two blocks with half of all instances each, where every second refers to its first by key. */
export type Shape = (typeof shapes)[number] | 'for_each'

type Bodies = { readonly [name: string]: object }

function referenced(shape: Shape, i: number): number | undefined {
  if (shape === 'independent' || i === 0) return undefined
  return shape === 'fan' ? 0 : i - 1
}

/** `count` resources of one type; `body` is given what to refer to, as a template. */
function resources(
  type: string,
  shape: Shape,
  count: number,
  body: (i: number, input: string) => object,
): Bodies {
  const entries = Array.from({ length: count }, (_, i) => {
    const other = referenced(shape, i)
    return [`r${i}`, body(i, other === undefined ? `input ${i}` : `\${${type}.r${other}.id}`)]
  })
  return Object.fromEntries(entries) as Bodies
}

/** For our engine and the service in memory. */
export function benchConfig(shape: Shape, count: number): string {
  const terraform = { required_providers: { bench: { source: 'hubform/bench' } } }
  if (shape === 'for_each') return JSON.stringify({ terraform, ...twoBlocks(count / 2) })
  const body = (i: number, input: string) => ({ ...thing(`tag-${i % 10}`), name: `name-${i}`, input })
  return JSON.stringify({
    terraform,
    resource: { bench_thing: resources('bench_thing', shape, count, body) },
  })
}

function thing(tag: string): object {
  return { tags: ['bench', tag], labels: { tier: 'gold' } }
}

function twoBlocks(each: number): object {
  const items = Object.fromEntries(
    Array.from({ length: each }, (_, i) => [`k${i}`, { tag: `tag-${i % 10}` }]),
  )
  const common = { ...thing('${each.value.tag}'), for_each: '${local.items}' }
  return {
    locals: { items },
    resource: {
      bench_thing: {
        first: { ...common, name: 'first ${each.key}' },
        second: { ...common, name: 'second ${each.key}', input: '${bench_thing.first[each.key].id}' },
      },
    },
  }
}

/** The same for Terraform, with the one resource that it brings itself. */
export function terraformConfig(shape: Shape, count: number): string {
  return JSON.stringify({
    resource: { terraform_data: resources('terraform_data', shape, count, (_, input) => ({ input })) },
  })
}

/** What Terraform would have saved after applying it, so that its slow first apply need not be waited for. */
export function terraformState(shape: Shape, count: number): string {
  const id = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`
  const instances = Array.from({ length: count }, (_, i) => {
    const other = referenced(shape, i)
    const value = other === undefined ? `input ${i}` : id(other)
    // Terraform records all that an object stands on, not only what it refers to.
    const before = shape === 'chain' ? Array.from({ length: i }, (_, j) => `terraform_data.r${j}`).sort() : []
    const dependencies = shape === 'fan' && i > 0 ? ['terraform_data.r0'] : before
    return {
      mode: 'managed',
      type: 'terraform_data',
      name: `r${i}`,
      provider: 'provider["terraform.io/builtin/terraform"]',
      instances: [
        {
          schema_version: 0,
          attributes: {
            id: id(i),
            input: { value, type: 'string' },
            output: { value, type: 'string' },
            triggers_replace: null,
          },
          sensitive_attributes: [],
          ...(dependencies.length > 0 && { dependencies }),
        },
      ],
    }
  })
  return JSON.stringify({
    version: 4,
    terraform_version: '1.11.4',
    serial: 1,
    lineage: '00000000-0000-4000-8000-000000000000',
    outputs: {},
    resources: instances,
    check_results: null,
  })
}
