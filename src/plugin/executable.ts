// A plugin together with Node in one file, for machines without Node: its single-executable application.
import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { fail } from '../diagnostics.ts'

export interface ExecutableOptions {
  /** Text of the bundle. */
  readonly script: string
  /** Where the executable goes; what is there is replaced. */
  readonly file: string
  /** The Node that becomes part of it, which has to run here. Default: the one that runs this. */
  readonly node?: string
}

/** By this name and this mark, Node finds in its own file what it is to run. */
const RESOURCE = 'NODE_SEA_BLOB'
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

/**
 * Writes one file that runs the bundle without any Node on the machine, with its code compiled beforehand.
 *
 * It is as large as Node itself, and runs on the platform of that Node only. Throws a diagnostic where it cannot be made.
 */
export async function makeExecutable({
  script,
  file,
  node = process.execPath,
}: ExecutableOptions): Promise<void> {
  const reason = noExecutable(process)
  if (reason !== undefined) fail('Platform not supported', reason)
  const folder = await mkdtemp(join(tmpdir(), 'hubform-executable-'))
  try {
    const blob = await makeBlob(folder, script, node)
    await mkdir(dirname(file), { recursive: true })
    const beside = `${file}.${process.pid}.new`
    await copyFile(node, beside)
    await chmod(beside, 0o755)
    await inject(beside, blob).catch(async (cause: unknown) => {
      await rm(beside, { force: true })
      fail(
        'Executable not made',
        `${node} cannot be made to carry a program: ${cause instanceof Error ? cause.message : String(cause)}. Use the Node of https://nodejs.org, which can.`,
        undefined,
        cause,
      )
    })
    await rename(beside, file)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Why there can be no executable on a platform; undefined if there can. */
export function noExecutable({ platform }: { readonly platform: string }): string | undefined {
  if (platform === 'linux') return undefined
  return `Self-contained executables are made for Linux only, and this is ${platform}. Use the script, which needs Node.`
}

async function makeBlob(folder: string, script: string, node: string): Promise<Buffer> {
  const [main, output, config] = ['main.cjs', 'blob', 'config.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  // The first line is for a shell.
  await writeFile(main, script.replace(/^#!.*\n/, '\n'))
  await writeFile(
    config,
    JSON.stringify({ main, output, useCodeCache: true, disableExperimentalSEAWarning: true }),
  )
  await promisify(execFile)(node, ['--experimental-sea-config', config])
  return await readFile(output)
}

async function inject(file: string, blob: Buffer): Promise<void> {
  const { inject: into } = await import('postject')
  // It warns, straight to the console, of sections of Node's that it has no need of.
  const { warn } = console
  console.warn = () => {}
  try {
    await into(file, RESOURCE, blob, { sentinelFuse: FUSE })
  } finally {
    console.warn = warn
  }
}
