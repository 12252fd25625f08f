// The only file of this folder that touches the disk, beside `locate.ts`, which reads for messages.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../diagnostics.ts'

/** A file's path, as it is to appear in messages, and its text. */
export interface ConfigFile {
  readonly path: string
  readonly text: string
}

/** What to do when there is nothing to read. */
export const advice =
  'Name the directory of a configuration in JSON syntax, or synthesize the stacks of a cdktf app first.'

/** The names in a directory, in order. Throws a diagnostic when it cannot be listed. */
export async function listDirectory(directory: string): Promise<string[]> {
  try {
    if ((await stat(directory)).isDirectory()) return (await readdir(directory)).sort()
  } catch (error) {
    fail('Unreadable directory', `${directory} cannot be read: ${reason(error)}.`, { file: directory }, error)
  }
  return fail('Not a directory', `${directory} is a file, not a directory. ${advice}`, { file: directory })
}

/** Reads one file. Throws a diagnostic when it cannot be read. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  try {
    return { path, text: await readFile(path, 'utf8') }
  } catch (error) {
    return fail('Unreadable file', `${path} cannot be read: ${reason(error)}.`, { file: path }, error)
  }
}

function reason(error: unknown): string {
  const code = (error as { readonly code?: unknown }).code
  if (code === 'ENOENT') return 'there is no such file or directory'
  if (code === 'EACCES') return 'permission is denied'
  return error instanceof Error ? error.message : String(error)
}

/**
 * Reads the variable files that apply without being named: `terraform.tfvars` and `*.auto.tfvars`, both with or without
 * `.json`. Throws diagnostics as loading does.
 */
export async function readVariableFiles(directory: string): Promise<readonly ConfigFile[]> {
  const names = (await listDirectory(directory)).filter((name) =>
    /^(terraform|.+\.auto)\.tfvars(\.json)?$/.test(name),
  )
  return Promise.all(names.map((name) => readConfigFile(join(directory, name))))
}
