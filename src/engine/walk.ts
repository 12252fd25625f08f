// Visiting a graph in dependency order.

export interface WalkNode {
  readonly id: string
  /** Ids of nodes that must have succeeded before. An id that is not in the graph is taken as done. */
  readonly needs: readonly string[]
}

export interface WalkOptions<N extends WalkNode> {
  readonly nodes: readonly N[]
  /** Visits a node; false means it failed, so that what needs it is skipped. If it throws, nothing more is visited. */
  readonly visit: (node: N) => boolean | Promise<boolean>
  /** Told of each node that is not visited: the node it waited for, or undefined when the walk was stopped. */
  readonly skip: (node: N, because: N | undefined) => void
  /** Visits at a time. */
  readonly parallelism: number
  /** Aborted: visits nothing more; what runs is waited for. */
  readonly stop: AbortSignal
}

/** Visits every node once all it needs have succeeded. Settles when all are visited or skipped. Throws on a cycle, and what a visit threw. */
export async function walk<N extends WalkNode>(options: WalkOptions<N>): Promise<void> {
  const { nodes, visit, skip, parallelism, stop } = options
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const missing = new Map<N, number>()
  const dependents = new Map<string, N[]>()
  const blocked = new Map<N, N>()
  let left = nodes.length
  let running = 0
  const faults: unknown[] = []

  for (const node of nodes) {
    const needs = new Set(node.needs.filter((id) => byId.has(id)))
    missing.set(node, needs.size)
    for (const id of needs) {
      const list = dependents.get(id)
      if (list) list.push(node)
      else dependents.set(id, [node])
    }
  }
  // A queue read from `head`, so that nodes are visited in the order given among those that are ready.
  const ready = nodes.filter((node) => missing.get(node) === 0)
  let head = 0

  return new Promise((resolve, reject) => {
    const settle = (node: N, ok: boolean) => {
      left -= 1
      for (const dependent of dependents.get(node.id) ?? []) {
        if (!ok && !blocked.has(dependent)) blocked.set(dependent, blocked.get(node) ?? node)
        const count = (missing.get(dependent) ?? 0) - 1
        missing.set(dependent, count)
        if (count === 0) ready.push(dependent)
      }
    }

    const noteFault = (error: unknown): boolean => {
      faults.push(error)
      return false
    }
    const attempt = (node: N): boolean | Promise<boolean> => {
      try {
        return visit(node)
      } catch (error) {
        return noteFault(error)
      }
    }

    const pump = () => {
      while (head < ready.length && running < parallelism) {
        const node = ready[head++] as N
        const because = blocked.get(node)
        if (because !== undefined || stop.aborted || faults.length > 0) {
          skip(node, because)
          blocked.set(node, because ?? node)
          settle(node, false)
          continue
        }
        const outcome = attempt(node)
        if (typeof outcome === 'boolean') {
          settle(node, outcome)
          continue
        }
        running += 1
        outcome.catch(noteFault).then((ok) => {
          running -= 1
          settle(node, ok)
          pump()
        })
      }
      if (left === 0) faults.length === 0 ? resolve() : reject(faults[0])
      else if (running === 0 && head >= ready.length) reject(new Error('the graph has a cycle'))
    }
    pump()
  })
}
