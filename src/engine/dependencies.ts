// What a record says that its object stands on.

/**
 * The blocks to be recorded with an object of a block, sorted.
 *
 * Data is looked through: nothing has to be destroyed with it, so what stands on data stands on what that refers to,
 * and data itself on nothing. What is recorded already stays as long as it says no less and nothing wrong: Terraform
 * writes the whole way down.
 */
export function dependenciesToRecord(
  block: string,
  dependencies: (block: string) => ReadonlySet<string>,
  recorded: readonly string[] | undefined,
): readonly string[] {
  if (isData(block)) return []
  const direct = reach(block, dependencies, isData)
  const says = new Set(recorded)
  if (says.size <= direct.size || [...direct].some((on) => !says.has(on))) return [...direct].sort()
  const whole = reach(block, dependencies, () => true)
  return recorded?.every((on) => whole.has(on)) ? recorded : [...direct].sort()
}

function isData(block: string): boolean {
  return block.startsWith('data.')
}

/** What is found going through those blocks for which `through` holds. */
function reach(
  root: string,
  dependencies: (block: string) => ReadonlySet<string>,
  through: (block: string) => boolean,
): ReadonlySet<string> {
  const found = new Set<string>()
  const pending = [...dependencies(root)]
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (found.has(block)) continue
    found.add(block)
    if (through(block)) pending.push(...dependencies(block))
  }
  return found
}
