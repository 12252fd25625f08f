// Whether one reference leads to something that is declared, and may stand where it stands.
import { formatBlock } from '../address.ts'
import type { Reference } from '../expression/references.ts'
import { didYouMean } from '../schema/suggest.ts'
import type { Config, ResourceBlock } from './config.ts'
import type { Use } from './uses.ts'

export interface Mistake {
  readonly summary: string
  readonly detail: string
}

/** The address a reference names, as written. */
export function formatReference(reference: Reference): string {
  switch (reference.root) {
    case 'resource':
      return formatBlock(reference.block)
    case 'variable':
      return `var.${reference.name}`
    case 'local':
    case 'each':
    case 'path':
    case 'terraform':
      return `${reference.root}.${reference.name}`
    case 'count':
      return 'count.index'
    case 'self':
      return 'self'
    case 'unsupported':
      return reference.text
  }
}

/** What is wrong with a reference; undefined if nothing is. `hints`: suggest a name, which looks at all names. */
export function checkReference(
  reference: Reference,
  use: Use,
  config: Config,
  hints: boolean,
): Mistake | undefined {
  const name = formatReference(reference)
  const { root } = reference
  if (use.validation && root !== 'variable' && root !== 'path' && root !== 'terraform') {
    const detail = `A validation of ${use.owner} refers to ${name}. Hubform handles only variables in validations yet.`
    return { summary: 'Not handled yet', detail }
  }
  switch (reference.root) {
    case 'resource':
      return checkBlock(reference, use, config, hints)
    case 'variable':
      return undeclared('variable', reference.name, 'var.', use, config.variables, hints)
    case 'local':
      return undeclared('local value', reference.name, 'local.', use, config.locals, hints)
    case 'each':
      return checkRepetition('each', name, 'for_each', use)
    case 'count':
      return checkRepetition('count', name, 'count', use)
    case 'self': {
      if (use.self === true) return undefined
      const detail = `${use.owner} uses "self", which means something only inside provisioners and postconditions. Name the block itself from outside, or use a local value.`
      return { summary: 'Invalid self reference', detail }
    }
    case 'unsupported': {
      const detail = `${use.owner} refers to ${name}, which is not handled by Hubform yet. Refer to a resource, data source, variable or local value instead.`
      return { summary: 'Not handled yet', detail }
    }
    case 'path':
    case 'terraform':
      return undefined
  }
}

function undeclared(
  what: string,
  name: string,
  prefix: string,
  { owner }: Use,
  declared: ReadonlyMap<string, unknown>,
  hints: boolean,
): Mistake | undefined {
  if (declared.has(name)) return undefined
  const near = didYouMean(name, hints ? declared.keys() : []).replace('"', `"${prefix}`)
  const detail = `${owner} refers to ${prefix}${name}, but no ${what} "${name}" is declared.${near}`
  return { summary: `Reference to undeclared ${what}`, detail }
}

function checkBlock(reference: Reference, use: Use, config: Config, hints: boolean): Mistake | undefined {
  const name = formatReference(reference)
  const block = config.resources.get(name)
  if (block?.check !== undefined && block.check !== use.check) {
    const detail = `${use.owner} refers to ${name}, which belongs to the check "${block.check}" and can only be named there. Take the data source out of the check.`
    return { summary: 'Reference to scoped data source', detail }
  }
  if (block !== undefined) return checkInstance(reference, name, use, block)
  const near = didYouMean(name, hints ? config.resources.keys() : [])
  const what = name.startsWith('data.') ? 'data source' : 'resource'
  const detail = `${use.owner} refers to ${name}, but no such ${what} is declared.${near}`
  return { summary: `Reference to undeclared ${what}`, detail }
}

function checkInstance(
  { path: [first] }: Reference,
  name: string,
  { owner }: Use,
  { count, forEach }: ResourceBlock,
): Mistake | undefined {
  if (first === undefined) return undefined
  if (count !== undefined && typeof first === 'string') {
    const detail = `${owner} refers to an attribute of ${name}, which has "count" and so is a list. Name one of them, such as ${name}[0] or ${name}[count.index].`
    return { summary: 'Missing instance key', detail }
  }
  if (count !== undefined || forEach !== undefined || typeof first !== 'number') return undefined
  const detail = `${owner} refers to ${name}[${first}], but ${name} has neither "count" nor "for_each". Leave out the index.`
  return { summary: 'Invalid instance key', detail }
}

function checkRepetition(
  kind: 'each' | 'count',
  name: string,
  argument: string,
  { owner, repetition, path }: Use,
): Mistake | undefined {
  if (repetition === kind) return undefined
  const where = path.length === 0 ? 'is not set there' : `has no meaning in "${path.join('.')}"`
  const detail = `${owner} uses ${name}, but "${argument}" ${where}. Only the arguments of a block with "${argument}" can use it.`
  return { summary: `Invalid ${kind} reference`, detail }
}
