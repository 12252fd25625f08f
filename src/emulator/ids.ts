// Ids of objects: UUID-shaped, and the same again for the same seed and the same order of creation.
import { hash } from 'node:crypto'
import type { Mirror } from './store.ts'

export interface IdSource {
  /** Never the same twice, also after a restart from a file. `name`: what people would call the new object. */
  next(name: string): string
  /** The same for the same label and seed. */
  fixed(label: string): string
  /** Begins again: only for a store that has been emptied. */
  restart(): void
  counter(): number
  /** Continues after this count. */
  continueFrom(counter: number): void
}

/** A text from which the id of a new object follows. Whoever gives the same text twice gets the same id twice. */
export type NameIds = (name: string) => string

/** Makes the source; its count is kept in the database, unless ids follow from names. */
export function idSource(seed: number, mirror: Mirror, nameIds?: NameIds): IdSource {
  const [kept] = mirror.load('counter')
  let counter = Number(kept?.body ?? 0)
  const keep = () => mirror.touch('counter', 'ids', () => String(counter))
  const count = (value: number) => {
    counter = value
    keep()
  }
  return {
    next(name) {
      if (nameIds !== undefined) return uuid(`${seed}:${nameIds(name)}`)
      count(counter + 1)
      return uuid(`${seed}:${counter}`)
    },
    fixed: (label) => uuid(`${seed}:${label}`),
    restart: () => count(0),
    counter: () => counter,
    continueFrom: (value) => count(Math.max(counter, value)),
  }
}

function uuid(text: string): string {
  const digits = hash('sha1', text)
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`]
  return [...parts, `a${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-')
}
