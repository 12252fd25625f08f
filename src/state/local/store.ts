// States in files, laid out as Terraform's "local" backend does.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { countOfBackups } from '../backups.ts'
import { readSettings } from '../settings.ts'
import { DEFAULT_WORKSPACE, type Environment, type Store, type StorePlace } from '../store.ts'
import { workspaceExists } from '../workspace-name.ts'
import { localBackend } from './backend.ts'

const known = { path: { type: 'text' }, workspace_dir: { type: 'text' } } as const

/** The default workspace is the file at `path`; others are in a directory each below `workspace_dir`. */
export function localStore({ settings, directory, where }: StorePlace, env: Environment): Store {
  const backups = countOfBackups(env)
  const given = readSettings({ kind: 'local', known, given: settings, env: {}, where })
  const root = resolve(directory, given.workspace_dir ?? 'terraform.tfstate.d')
  const pathOf = (workspace: string) =>
    workspace === DEFAULT_WORKSPACE
      ? resolve(directory, given.path ?? 'terraform.tfstate')
      : join(root, workspace, 'terraform.tfstate')
  return {
    open: (workspace) => localBackend({ path: pathOf(workspace), backups }),
    workspaces: {
      async list() {
        const found = existsSync(root) ? readdirSync(root, { withFileTypes: true }) : []
        return [
          DEFAULT_WORKSPACE,
          ...found
            .filter((entry) => entry.isDirectory())
            .map(({ name }) => name)
            .sort(),
        ]
      },
      async create(name) {
        if (existsSync(join(root, name))) workspaceExists(name, root)
        mkdirSync(join(root, name), { recursive: true })
      },
      async remove(name) {
        rmSync(join(root, name), { recursive: true, force: true })
      },
    },
  }
}
