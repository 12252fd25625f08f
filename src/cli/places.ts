// Where the state of a configuration is kept, and which workspace of it is meant.
import { readFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { field, type ObjectValue } from '../schema/value.ts'
import type { Backend } from '../state/backend.ts'
import { openStore } from '../state/open-store.ts'
import { encryptedStore } from '../state/sealed/backend.ts'
import { DEFAULT_WORKSPACE, type Environment, type Store, type StorePlace } from '../state/store.ts'
import { checkWorkspaceName } from '../state/workspace-name.ts'
import { encryptionFor, type KeyShell } from './state-keys.ts'

/** One state: a place and a workspace in it. */
export interface StatePlace extends StorePlace {
  readonly workspace: string
}

/** As the configuration says; a file beside it when it says nothing. */
export function placeOfState(config: Config, env: Environment): StatePlace {
  const { backend, directory } = config
  return {
    kind: backend?.kind ?? 'local',
    settings: backend?.settings ?? {},
    directory,
    where: backend?.place,
    workspace: chosenWorkspace(directory, env),
  }
}

/** Sets it up. Throws diagnostics about settings. What it holds is encrypted and opened with the keys that are set. */
export async function openBackend(place: StatePlace, shell: KeyShell): Promise<Backend> {
  return (await openPlace(place, shell)).open(place.workspace)
}

/** The same for all workspaces of a place. */
export async function openPlace(place: StorePlace, shell: KeyShell): Promise<Store> {
  return encryptedStore(await openStore(place, shell.env), encryptionFor(shell))
}

/** Where the name of the chosen workspace is kept: the same file as Terraform's. */
export function workspaceFile(directory: string, env: Environment): string {
  return join(resolve(directory, env['TF_DATA_DIR'] || '.terraform'), 'environment')
}

function chosenWorkspace(directory: string, env: Environment): string {
  const name = env['TF_WORKSPACE'] || readName(workspaceFile(directory, env)) || DEFAULT_WORKSPACE
  checkWorkspaceName(name)
  return name
}

function readName(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    // None was ever chosen.
    return ''
  }
}

/** As it is kept in a plan file: paths below the directory that the command acts in stay right in another checkout. */
export function encodePlace(place: StatePlace, from: string): ObjectValue {
  const { kind, settings, directory, workspace } = place
  const path = field(settings, 'path')
  const local = kind === 'local' && typeof path === 'string'
  return {
    kind,
    workspace,
    directory: portable(directory, from),
    settings: local ? { ...settings, path: relativeTo(resolve(directory, path), directory, from) } : settings,
  }
}

/** Reads what `encodePlace` made, which only ever comes out of a sealed plan. */
export function decodePlace(encoded: ObjectValue, from: string): StatePlace {
  const { kind, workspace, directory, settings } = encoded as unknown as StatePlace
  return { kind, workspace, settings, directory: resolve(from, directory) }
}

/** The same file from a directory that may be elsewhere next time. */
function relativeTo(path: string, directory: string, from: string): string {
  return isAbsolute(portable(path, from)) ? path : relative(directory, path)
}

function portable(path: string, from: string): string {
  const short = relative(from, path)
  return short.startsWith('..') || isAbsolute(short) ? path : short === '' ? '.' : join('.', short)
}
