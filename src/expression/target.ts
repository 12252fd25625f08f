// What a dotted name refers to: the first steps of a reference, told apart by their root word.
import type { Step, Target } from './expression.ts'

/** A target and how many steps belong to it, or what is wrong with the reference. */
export type Resolution =
  | { readonly target: Target; readonly used: number }
  | { readonly summary: string; readonly detail: string }

const paths = ['module', 'root', 'cwd'] as const

/** Tells what `root`, followed by `steps`, stands for. Never looks anything up. */
export function resolveTarget(root: string, steps: readonly Step[]): Resolution {
  const first = attributeName(steps[0])
  switch (root) {
    case 'var':
      return first === undefined ? incomplete('var') : { target: { root: 'variable', name: first }, used: 1 }
    case 'local':
      return first === undefined ? incomplete('local') : { target: { root: 'local', name: first }, used: 1 }
    case 'each':
      if (first === undefined) return incomplete('each')
      if (first === 'key' || first === 'value') return { target: { root: 'each', name: first }, used: 1 }
      return unknownName('each', first, 'each.key and each.value')
    case 'count':
      if (first === undefined) return incomplete('count')
      return first === 'index'
        ? { target: { root: 'count' }, used: 1 }
        : unknownName('count', first, 'count.index')
    case 'self':
      return { target: { root: 'self' }, used: 0 }
    case 'path': {
      if (first === undefined) return incomplete('path')
      const name = paths.find((known) => known === first)
      return name
        ? { target: { root: 'path', name }, used: 1 }
        : unknownName('path', first, paths.map((p) => `path.${p}`).join(', '))
    }
    case 'terraform':
      if (first === undefined) return incomplete('terraform')
      if (first === 'workspace') return { target: { root: 'terraform', name: first }, used: 1 }
      if (first === 'applying')
        return { target: { root: 'unsupported', text: 'terraform.applying' }, used: 1 }
      return unknownName('terraform', first, 'terraform.workspace')
    case 'module':
      return first === undefined
        ? incomplete('module')
        : { target: { root: 'unsupported', text: `module.${first}` }, used: 1 }
    case 'ephemeral': {
      const second = attributeName(steps[1])
      if (first === undefined || second === undefined) return needsTwo('ephemeral', 'ephemeral resource type')
      return { target: { root: 'unsupported', text: `ephemeral.${first}.${second}` }, used: 2 }
    }
    case 'data':
    case 'resource': {
      const second = attributeName(steps[1])
      if (first === undefined || second === undefined)
        return needsTwo(root, root === 'data' ? 'data source type' : 'resource type')
      return block(root === 'data' ? 'data' : 'managed', first, second, 2)
    }
    case 'template':
    case 'lazy':
    case 'arg':
      return {
        summary: 'Reserved symbol name',
        detail: `The name "${root}" is reserved. If it is a resource type, write resource.${root} instead.`,
      }
    default:
      if (first === undefined) {
        return {
          summary: 'Invalid reference',
          detail: `"${root}" alone refers to nothing. A reference to a resource is its type, a dot and its name; plain text must be in quotes.`,
        }
      }
      return block('managed', root, first, 1)
  }
}

function block(mode: 'managed' | 'data', type: string, name: string, used: number): Resolution {
  return { target: { root: 'resource', block: Object.freeze({ mode, type, name }) }, used }
}

function attributeName(step: Step | undefined): string | undefined {
  return step?.kind === 'attribute' ? step.name : undefined
}

function incomplete(root: string): Resolution {
  return {
    summary: 'Invalid reference',
    detail: `"${root}" cannot be used alone. Name one of its attributes after a dot.`,
  }
}

function needsTwo(root: string, what: string): Resolution {
  return {
    summary: 'Invalid reference',
    detail: `"${root}" must be followed by two names: the ${what} and the name.`,
  }
}

function unknownName(root: string, name: string, known: string): Resolution {
  return { summary: `Invalid "${root}" attribute`, detail: `There is no ${root}.${name}. There is ${known}.` }
}
