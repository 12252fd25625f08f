// Where the state of a tortured run is kept: files of its project, a database, or a server; in clear, or sealed.
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Backend } from '../../src/state/backend.ts'
import { openStore } from '../../src/state/open-store.ts'
import { type Encryption, encryptedBackend } from '../../src/state/sealed/backend.ts'
import { bytesKey } from '../../src/state/sealed/seal.ts'
import type { Json } from '../support/engine.ts'
import { database, type Kept, type StateGate, webServer } from './servers.ts'

const kinds = ['local', 'pg', 'http', 's3'] as const
type Kind = (typeof kinds)[number]
export type PlaceName = Kind | `${Kind}-sealed`

/** What a full pass goes through: sealing is the same over every kind of place, so it is met on a disk and on a server. */
export const allPlaces: readonly PlaceName[] = ['local', 'local-sealed', 'pg', 'http', 'http-sealed', 's3']

export interface TorturePlace {
  readonly name: PlaceName
  readonly kind: Kind
  /** `terraform.backend`. */
  readonly settings: Json
  /** What a run needs in its environment to read it. */
  readonly env: { readonly [name: string]: string }
  /** Stands at the requests of a server that keeps states; undefined where nobody can. */
  readonly gate: StateGate | undefined
  /** A new client of it, as every process has one. */
  backend(): Backend
  /** Takes what is there for what every run begins with. */
  keep(): Promise<void>
  /** Puts that back, and nothing else. */
  restore(): Promise<void>
  close(): Promise<void>
}

/** `directory` is the project's, which is emptied at each restore if the state is in it; `root` is beside it. */
export async function openPlace(name: PlaceName, directory: string, root: string): Promise<TorturePlace> {
  const [kind, sealed] = name.split('-') as [Kind, 'sealed'?]
  const kept =
    kind === 'local' ? files(directory, root) : kind === 'pg' ? await database() : await webServer(kind)
  const store = await openStore({ kind, settings: kept.settings, directory }, {})
  return {
    ...kept,
    name,
    kind,
    settings: { [kind]: kept.settings },
    env: sealed === undefined ? {} : keyEnvironment,
    backend: () =>
      sealed === undefined ? store.open('default') : encryptedBackend(store.open('default'), encryption),
  }
}

/** Throws if there is no such place. */
export function parsePlaces(text: string): readonly PlaceName[] {
  if (text === 'all') return allPlaces
  return text.split(',').map((name) => {
    const [kind, ...rest] = name.split('-')
    if (kinds.some((known) => known === kind) && /^(sealed)?$/.test(rest.join('-'))) return name as PlaceName
    throw new Error(`"${name}" is no place: ${kinds.join(', ')}, each also with "-sealed"; or all`)
  })
}

const key = Buffer.alloc(32, 7)
const keyEnvironment = {
  HUBFORM_STATE_KEY: `torture:${key.toString('hex')}`,
  // What is in clear would be an error.
  HUBFORM_STATE_ENCRYPTION: 'enforced',
}
const encryption: Encryption = {
  keys: () => [bytesKey('torture', key)],
  enforced: true,
  warn: async ({ detail }) => {
    throw new Error(detail)
  },
}

function files(directory: string, root: string): Kept {
  const kept = join(root, 'kept')
  return {
    settings: { path: join(directory, 'state.tfstate') },
    gate: undefined,
    async keep() {
      cpSync(directory, kept, { recursive: true })
    },
    async restore() {
      rmSync(directory, { recursive: true, force: true })
      cpSync(kept, directory, { recursive: true })
    },
    close: async () => undefined,
  }
}
