// What an expression refers to.
import { children, type Expression, type Range, type Target } from './expression.ts'

/** A way into what is referred to; undefined for a step that is only known by evaluating, or for every element of a splat. */
export type ReferencePath = readonly (string | number | undefined)[]

/** One use of a name that a scope answers. Names bound by `for` are not references. */
export type Reference = Target & { readonly path: ReferencePath; readonly range: Range }

/** All references in it, in order of writing, repeated ones included. Looks nothing up. */
export function references(expression: Expression): readonly Reference[] {
  const found: Reference[] = []
  collect(expression, [], found)
  return found
}

/** `beyond` is what is accessed on the value of the expression. */
function collect(expression: Expression, beyond: ReferencePath, found: Reference[]): void {
  switch (expression.kind) {
    case 'literal':
      return
    case 'reference': {
      const own = expression.steps.map((step) => (step.kind === 'attribute' ? step.name : step.key))
      const range = { start: expression.start, end: expression.end }
      found.push({ ...expression.target, path: [...own, ...beyond], range })
      return
    }
    case 'attribute':
      collect(expression.source, [expression.name, ...beyond], found)
      return
    case 'index':
      collect(expression.source, [constantKey(expression.key), ...beyond], found)
      collect(expression.key, [], found)
      return
    case 'splat':
      collect(expression.source, [undefined, ...pathFromItem(expression.each), ...beyond], found)
      collect(expression.each, [], found)
      return
    default:
      for (const child of children(expression)) collect(child, [], found)
  }
}

function constantKey(key: Expression): string | number | undefined {
  if (key.kind !== 'literal') return undefined
  return typeof key.value === 'string' || typeof key.value === 'number' ? key.value : undefined
}

function pathFromItem(each: Expression): ReferencePath {
  switch (each.kind) {
    case 'attribute':
      return [...pathFromItem(each.source), each.name]
    case 'index':
      return [...pathFromItem(each.source), constantKey(each.key)]
    case 'splat':
      return [...pathFromItem(each.source), undefined, ...pathFromItem(each.each)]
    default:
      return []
  }
}
