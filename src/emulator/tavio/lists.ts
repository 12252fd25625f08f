// Lists: filters, order, pages and the envelope.
import type { Answer } from '../system.ts'
import { type Call, Refusal } from './call.ts'

const largestPage = 200

/**
 * Answers with a list.
 *
 * `fields` are the keys that may be filtered and sorted by; `view` is called only for what is served.
 */
export function listed<T extends object>(
  call: Call,
  {
    objects,
    fields,
    view,
  }: {
    readonly objects: readonly T[]
    readonly fields: readonly (keyof T & string)[]
    readonly view: (object: T) => object
  },
): Answer {
  const chosen = sortObjects(
    filterObjects(objects, call.query['filters'], fields),
    call.query['sort'],
    fields,
  )
  const { listEnvelope, pageSize } = call.world.switches()
  if (listEnvelope === 'array') return { status: 200, body: chosen.map(view) }
  const number = wholeNumber(call.query['page'], 'page') ?? 0
  const size = Math.min(largestPage, Math.max(1, wholeNumber(call.query['size'], 'size') ?? pageSize))
  const content = chosen.slice(number * size, (number + 1) * size).map(view)
  const totalPages = Math.ceil(chosen.length / size)
  return { status: 200, body: { content, totalElements: chosen.length, totalPages, number, size } }
}

function filterObjects<T extends object>(
  objects: readonly T[],
  filters: string | undefined,
  fields: readonly (keyof T & string)[],
): readonly T[] {
  if (filters === undefined || filters === '') return objects
  const pairs = filters.split(',').map((pair) => {
    const colon = pair.indexOf(':')
    return [fieldOf(pair.slice(0, Math.max(0, colon)), fields), pair.slice(colon + 1)] as const
  })
  return objects.filter((object) => pairs.every(([field, value]) => String(object[field]) === value))
}

function sortObjects<T extends object>(
  objects: readonly T[],
  sort: string | undefined,
  fields: readonly (keyof T & string)[],
): readonly T[] {
  if (sort === undefined || sort === '') return objects
  const field = fieldOf(sort.replace(/^-/, ''), fields)
  const direction = sort.startsWith('-') ? -1 : 1
  const compare = (a: string, b: string) => (a < b ? -direction : a > b ? direction : 0)
  return [...objects].sort((a, b) => compare(String(a[field]), String(b[field])))
}

function fieldOf<F extends string>(name: string, fields: readonly F[]): F {
  const field = fields.find((candidate) => candidate === name)
  if (field === undefined) throw new Refusal(400, `Unknown field ${name}`)
  return field
}

function wholeNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) throw new Refusal(400, `Invalid ${name}`)
  return Number(text)
}
