// Whether `moved`, `removed` and `import` blocks fit each other and the blocks there are.
import { type Address, formatAddress, formatBlock } from '../address.ts'
import { type Diagnostic, problem } from '../diagnostics.ts'
import { didYouMean } from '../schema/suggest.ts'
import type { Config, Moved } from './config.ts'

/** Everything that can be told before it is known which instances there are. */
export function checkRefactoring(config: Config): readonly Diagnostic[] {
  const { moved = [], removed = [], imports = [], resources } = config
  return [
    ...moved.flatMap((one, i) => checkMoved(one, moved.slice(0, i), config)),
    ...checkCircles(moved),
    ...removed.flatMap(({ from, place }) => {
      const name = formatBlock(from)
      if (!resources.has(name)) return []
      const detail = `A "removed" block says that ${name} was taken out, but it is still declared. Remove one of the two.`
      return [problem('Removed resource still exists', detail, place)]
    }),
    ...imports.flatMap(({ block, place }) => {
      const name = formatBlock(block)
      if (resources.has(name)) return []
      const detail = `An "import" block names ${name}, but no such resource is declared. Write its block first.${didYouMean(name, resources.keys())}`
      return [problem('Import target not declared', detail, place)]
    }),
  ]
}

/** Whether both sides of a move name whole blocks. */
function isWhole({ from, to }: Pick<Moved, 'from' | 'to'>): boolean {
  return from.key === undefined && to.key === undefined
}

/** Moves in an order in which each comes after those that lead to where it starts, and those that run in a circle. */
export function orderMoves(moved: readonly Moved[]): {
  readonly ordered: readonly Moved[]
  readonly circular: readonly Moved[]
} {
  const ordered: Moved[] = []
  let open = [...moved]
  while (open.length > 0) {
    const ready = open.filter((one) => !open.some((other) => other !== one && leadsTo(other, one)))
    if (ready.length === 0) break
    ordered.push(...ready)
    open = open.filter((one) => !ready.includes(one))
  }
  return { ordered, circular: open }
}

function leadsTo(first: Moved, second: Moved): boolean {
  if (formatBlock(first.to) !== formatBlock(second.from)) return false
  return isWhole(first) || isWhole(second) || first.to.key === second.from.key
}

function checkMoved(one: Moved, before: readonly Moved[], config: Config): readonly Diagnostic[] {
  const { from, to, place } = one
  const [source, target] = [formatAddress(from), formatAddress(to)]
  if (source === target) {
    const detail = `A "moved" block leads from ${source} to itself. Remove it.`
    return [problem('Redundant move statement', detail, place)]
  }
  const found: Diagnostic[] = []
  if (isDeclared(one, config)) {
    const detail = `A "moved" block says that ${source} has another address now, but it is still declared. Remove the "moved" block, or the block that is still there.`
    found.push(problem('Moved object still exists', detail, place))
  }
  const same = (a: Address, b: Address) => formatAddress(a) === formatAddress(b)
  const rival = before.find((other) => same(other.from, from) || same(other.to, to))
  if (rival !== undefined) {
    const detail = `One "moved" block leads from ${formatAddress(rival.from)} to ${formatAddress(rival.to)}, another from ${source} to ${target}. An object has one address only; remove one of them.`
    found.push(problem('Ambiguous move statements', detail, place))
  }
  return found
}

/** Instances under a key are looked for once it is known which there are. */
function isDeclared(one: Moved, { resources }: Config): boolean {
  const block = resources.get(formatBlock(one.from))
  if (block === undefined || one.from.key !== undefined) return false
  return isWhole(one) || (block.count === undefined && block.forEach === undefined)
}

function checkCircles(moved: readonly Moved[]): readonly Diagnostic[] {
  const rest = orderMoves(moved).circular.filter((one) => !isLoop(one))
  if (rest.length === 0) return []
  const names = rest.map(({ from, to }) => `${formatAddress(from)} -> ${formatAddress(to)}`).join(', ')
  const detail = `These "moved" blocks run in a circle, so that there is nowhere for an object to end: ${names}. Remove one of them.`
  return [problem('Cyclic move statements', detail, rest[0]?.place)]
}

const isLoop = ({ from, to }: Moved) => formatAddress(from) === formatAddress(to)
