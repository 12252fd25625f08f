// The line of something that a message is about.
import { readFileSync } from 'node:fs'
import { findAddress } from '../address.ts'
import { DiagnosticError, type Place } from '../diagnostics.ts'
import type { Path } from '../path.ts'
import { field, isList, isObject } from '../schema/value.ts'
import { blocksIn, type FindBlock } from './blocks-in.ts'
import type { Locate } from './config.ts'
import { parseDocument } from './json.ts'
import { type Position, positionsIn } from './position.ts'
import { seek } from './seek.ts'

/**
 * Makes a `Locate` that reads each file once.
 *
 * Make one when problems are about to be shown and drop it afterwards, as it keeps the texts. A place whose file cannot
 * be read, or is not said, comes back as it is.
 */
export function createLocate(read: (file: string) => string = (file) => readFileSync(file, 'utf8')): Locate {
  const sources = new Map<string, Source | undefined>()
  const sourceOf = (file: string): Source | undefined => {
    if (!sources.has(file))
      sources.set(
        file,
        attempt(() => sourceFrom(read(file))),
      )
    return sources.get(file)
  }
  return (place) => {
    if (place.file === undefined || place.line !== undefined) return place
    const source = sourceOf(place.file)
    return source === undefined ? place : locateFrom(source, place)
  }
}

/** A text with what is known of it, so that a thousand places in it do not take a thousand looks through all of it. */
interface Source {
  readonly text: string
  readonly position: (offset: number) => Position
  readonly block: FindBlock
}

function sourceFrom(text: string): Source {
  return { text, position: positionsIn(text), block: blocksIn(text) }
}

/** Finds a place in its file's text. What cannot be found comes back as it is. */
export function locateIn(text: string, place: Place): Place {
  return locateFrom(sourceFrom(text), place)
}

function locateFrom(source: Source, place: Place): Place {
  const path = blockPath(source.text, place.address ?? '')
  if (path === undefined) return place
  return attempt(() => ({ ...place, ...source.position(find(source, path, place.path ?? [])) })) ?? place
}

/** The place inside the block, or the block itself where the path leads to nothing that is written. */
function find({ text, block: findBlock }: Source, path: Path, inside: Path): number {
  const block = findBlock(path)
  if (block === undefined) return seek(text, [...path, ...inside]).offset
  const found = seek(text, inside, block.value)
  return found.depth === 0 ? block.offset : found.offset
}

function blockPath(text: string, address: string): Path | undefined {
  const [root, name, alias] = address.split('.')
  if (root === 'var' && name !== undefined) return ['variable', name]
  if (root === 'local' && name !== undefined) return ['locals', name]
  if (root === 'output' && name !== undefined) return ['output', name, 'value']
  if (root === 'provider' && name !== undefined) return ['provider', name, ...aliasStep(text, name, alias)]
  const found = findAddress(address)
  if (found === undefined) return undefined
  return [found.mode === 'data' ? 'data' : 'resource', found.type, found.name]
}

/** Which of several configurations of one provider it is. */
function aliasStep(text: string, name: string, alias: string | undefined): Path {
  const configurations = attempt(() => {
    const root = parseDocument(text, '').value
    const providers = isObject(root) ? field(root, 'provider') : undefined
    return isObject(providers) ? field(providers, name) : undefined
  })
  if (configurations === undefined || !isList(configurations)) return []
  const index = configurations.findIndex((one) => isObject(one) && field(one, 'alias') === alias)
  return index === -1 ? [] : [index]
}

/** A message is shown without its line rather than not at all. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if (error instanceof DiagnosticError || error instanceof SyntaxError || isSystemError(error))
      return undefined
    throw error
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error
}
