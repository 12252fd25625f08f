// Cycles in a graph of names.

/** What each node needs, by name. Names that are no nodes themselves are ignored. */
export type Needs = ReadonlyMap<string, readonly string[]>

/**
 * One cycle of each group of nodes that need each other, as short as possible from the group's first node, closed:
 * `[a, b, c, a]` means a needs b, b needs c, c needs a. Time grows with nodes and edges; nothing recurses.
 */
export function findCycles(needs: Needs): readonly (readonly string[])[] {
  return components(needs).flatMap((component) => {
    const [first] = component
    if (first === undefined) return []
    if (component.length === 1 && !needs.get(first)?.includes(first)) return []
    return [shortestCycle(needs, first, new Set(component))]
  })
}

interface Frame {
  readonly node: string
  next: number
}

/** Strongly connected components (Tarjan), nodes of each in the order of the graph. */
function components(needs: Needs): readonly (readonly string[])[] {
  const order = new Map([...needs.keys()].map((node, i) => [node, i]))
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const found: string[][] = []

  const enter = (node: string): Frame => {
    index.set(node, index.size)
    low.set(node, index.size - 1)
    open.push(node)
    isOpen.add(node)
    return { node, next: 0 }
  }
  const lower = (node: string, value: number): void => {
    low.set(node, Math.min(low.get(node) as number, value))
  }
  const close = (node: string): void => {
    if (low.get(node) !== index.get(node)) return
    const component = open.splice(open.lastIndexOf(node))
    for (const member of component) isOpen.delete(member)
    found.push(component.sort((a, b) => (order.get(a) as number) - (order.get(b) as number)))
  }

  for (const root of needs.keys()) {
    if (index.has(root)) continue
    const stack = [enter(root)]
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const target = needs.get(top.node)?.[top.next++]
      if (target === undefined) {
        close(top.node)
        stack.pop()
        const below = stack.at(-1)
        if (below !== undefined) lower(below.node, low.get(top.node) as number)
      } else if (needs.has(target) && !index.has(target)) stack.push(enter(target))
      else if (isOpen.has(target)) lower(top.node, index.get(target) as number)
    }
  }
  return found
}

/** Breadth first from `start` back to itself. There must be such a way inside `within`. */
function shortestCycle(needs: Needs, start: string, within: ReadonlySet<string>): readonly string[] {
  const from = new Map<string, string>()
  const queue = [start]
  for (const node of queue) {
    for (const target of needs.get(node) ?? []) {
      if (target === start) return [start, ...walkBack(from, node, start), start]
      if (!within.has(target) || from.has(target)) continue
      from.set(target, node)
      queue.push(target)
    }
  }
  return [start, start]
}

function walkBack(from: ReadonlyMap<string, string>, end: string, start: string): readonly string[] {
  const way: string[] = []
  for (let node: string | undefined = end; node !== undefined && node !== start; node = from.get(node))
    way.push(node)
  return way.reverse()
}
