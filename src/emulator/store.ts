// Objects in memory, indexed, and mirrored to SQLite in batches. Knows nothing about what the objects mean.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { readJson, writeJson } from './json.ts'

/**
 * The database behind the tables: one row per object.
 *
 * Changes are written together a moment later, in one transaction; a killed process loses at most that moment.
 */
export class Mirror {
  readonly #database: DatabaseSync
  readonly #save: StatementSync
  readonly #remove: StatementSync
  readonly #changes = new Map<string, { kind: string; key: string; body: () => string | undefined }>()
  #timer: NodeJS.Timeout | undefined

  private constructor(database: DatabaseSync) {
    this.#database = database
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    // The row id keeps the order of creation, which is the order of lists.
    database.exec(
      'CREATE TABLE IF NOT EXISTS objects (kind TEXT, key TEXT, body TEXT NOT NULL, UNIQUE (kind, key))',
    )
    this.#save = database.prepare(
      'INSERT INTO objects VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body',
    )
    this.#remove = database.prepare('DELETE FROM objects WHERE kind = ? AND key = ?')
  }

  static async open(file: string): Promise<Mirror> {
    const { DatabaseSync } = await import('node:sqlite')
    return new Mirror(new DatabaseSync(file))
  }

  load(kind: string): readonly { readonly key: string; readonly body: string }[] {
    const rows = this.#database.prepare('SELECT key, body FROM objects WHERE kind = ? ORDER BY rowid')
    return rows.all(kind) as unknown as readonly { key: string; body: string }[]
  }

  /** Remembers that an object changed. `body` is asked when it is written: undefined removes it. */
  touch(kind: string, key: string, body: () => string | undefined): void {
    this.#changes.set(`${kind}\n${key}`, { kind, key, body })
    this.#timer ??= setTimeout(() => this.flush(), 25).unref()
  }

  /** Writes what has changed. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#changes.size === 0) return
    this.#database.exec('BEGIN')
    for (const { kind, key, body } of this.#changes.values()) {
      const text = body()
      if (text === undefined) this.#remove.run(kind, key)
      else this.#save.run(kind, key, text)
    }
    this.#database.exec('COMMIT')
    this.#changes.clear()
  }

  close(): void {
    this.flush()
    this.#database.close()
  }
}

/**
 * Objects of one kind by key, in the order of creation, with named indexes.
 *
 * Objects are never changed in place: `put` another one.
 */
export class Table<T extends object, Index extends string = never> {
  readonly kind: string
  readonly #mirror: Mirror
  readonly #keyOf: (object: T) => string
  readonly #objects = new Map<string, T>()
  readonly #indexes: readonly (readonly [Index, (object: T) => string, Map<string, Map<string, T>>])[]

  constructor(
    mirror: Mirror,
    kind: string,
    keyOf: (object: T) => string,
    indexes: Readonly<Record<Index, (object: T) => string>>,
  ) {
    this.kind = kind
    this.#mirror = mirror
    this.#keyOf = keyOf
    this.#indexes = (Object.entries(indexes) as [Index, (object: T) => string][]).map(
      ([name, indexed]) => [name, indexed, new Map()] as const,
    )
    // What is in the database was written by this class from objects of the same kind.
    for (const { body } of mirror.load(kind)) this.#place(readJson(body) as T)
  }

  get size(): number {
    return this.#objects.size
  }

  get(key: string): T | undefined {
    return this.#objects.get(key)
  }

  all(): readonly T[] {
    return [...this.#objects.values()]
  }

  /** All with this value of the index, in the order of creation. */
  where(index: Index, value: string): readonly T[] {
    return [...(this.#group(index, value)?.values() ?? [])]
  }

  /** The first with this value of the index. */
  find(index: Index, value: string): T | undefined {
    return this.#group(index, value)?.values().next().value
  }

  put(object: T): void {
    const key = this.#keyOf(object)
    this.#place(object)
    this.#touch(key)
  }

  delete(key: string): void {
    this.#unindex(key)
    if (this.#objects.delete(key)) this.#touch(key)
  }

  clear(): void {
    for (const key of [...this.#objects.keys()]) this.delete(key)
  }

  #touch(key: string): void {
    this.#mirror.touch(this.kind, key, () => {
      const object = this.#objects.get(key)
      return object === undefined ? undefined : writeJson(object)
    })
  }

  #place(object: T): void {
    const key = this.#keyOf(object)
    const before = this.#objects.get(key)
    this.#objects.set(key, object)
    for (const [, indexed, groups] of this.#indexes) {
      const value = indexed(object)
      if (before !== undefined && indexed(before) !== value) groups.get(indexed(before))?.delete(key)
      const group = groups.get(value) ?? new Map<string, T>()
      groups.set(value, group.set(key, object))
    }
  }

  #unindex(key: string): void {
    const object = this.#objects.get(key)
    if (object === undefined) return
    for (const [, indexed, groups] of this.#indexes) {
      const value = indexed(object)
      groups.get(value)?.delete(key)
      if (groups.get(value)?.size === 0) groups.delete(value)
    }
  }

  #group(index: Index, value: string): ReadonlyMap<string, T> | undefined {
    return this.#indexes.find(([name]) => name === index)?.[2].get(value)
  }
}
