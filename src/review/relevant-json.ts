// Which attributes of which objects a plan could have come from, in the shape of Terraform's relevant attributes.
import { formatBlock } from '../address.ts'
import type { Plan } from '../engine/plan.ts'
import { parseBody } from '../expression/parse.ts'
import { field, isObject, type Value } from '../schema/value.ts'
import { subjectOf, type Use, usesIn } from './references-json.ts'

/** Everything that what changes refers to, directly, through locals, or through what the objects between refer to. */
export function relevantJson({ written, scope, changes, outputs }: Plan): readonly object[] {
  const blocks = new Map(written.resources.map((block) => [formatBlock(block.address), block]))
  const found = new Map<string, object>()
  const locals = new Set<string>()
  const pending: (readonly [Value | undefined, string | undefined])[] = []

  /** What an argument of a block refers to; all of them without a name. */
  const look = (block: string, name: string | undefined) => {
    const body = blocks.get(block)?.body
    if (body === undefined || !isObject(body)) return
    pending.push([name === undefined ? body : field(body, name), block])
  }
  const follow = ({ target, steps }: Use, block: string | undefined) => {
    if (target.root === 'local' && !locals.has(target.name)) {
      locals.add(target.name)
      pending.push([scope.locals[target.name], undefined])
    }
    const own = block === undefined ? undefined : blocks.get(block)
    if (target.root === 'each') pending.push([own?.forEach, undefined])
    if (target.root === 'count') pending.push([own?.count, undefined])
    if (target.root !== 'resource') return
    const { text, used } = subjectOf({ target, steps })
    const path = steps.slice(used).map((step) => (step.kind === 'attribute' ? step.name : step.key))
    const key = JSON.stringify([text, path])
    if (found.has(key)) return
    found.set(key, { resource: text, attribute: path })
    look(formatBlock(target.block), path[0] === undefined ? undefined : String(path[0]))
  }

  const changing = changes.filter(({ action }) => action !== 'no-op')
  for (const block of new Set(changing.map(({ address }) => formatBlock(address)))) look(block, undefined)
  for (const { name, action } of outputs)
    if (action !== 'no-op') pending.push([scope.outputs[name]?.body, undefined])
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [source, block] = next
    if (source !== undefined) for (const use of usesIn(parseBody(source))) follow(use, block)
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}
