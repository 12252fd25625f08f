// Ids of objects: UUID-shaped, and the same again for the same seed and the same order of creation.
import { hash } from 'node:crypto'
import type { Mirror } from './store.ts'

export interface IdSource {
  /** Never the same twice, also after a restart from a file. */
  next(): string
  /** The same for the same label and seed. */
  fixed(label: string): string
  /** Begins again: only for a store that has been emptied. */
  restart(): void
  counter(): number
  /** Continues after this count. */
  continueFrom(counter: number): void
}

/** Makes the source; its count is kept in the database. */
export function idSource(seed: number, mirror: Mirror): IdSource {
  const [kept] = mirror.load('counter')
  let counter = Number(kept?.body ?? 0)
  const keep = () => mirror.touch('counter', 'ids', () => String(counter))
  const count = (value: number) => {
    counter = value
    keep()
  }
  return {
    next() {
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
