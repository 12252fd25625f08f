// Running a cdktf app: the command in cdktf.json writes stacks to a folder.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { DiagnosticError, fail, problem } from '../diagnostics.ts'
import type { Shell } from './shell.ts'

/** What cdktf.json says, as far as we need it. */
export interface AppFile {
  readonly file: string
  readonly app: string
  /** Absolute. */
  readonly output: string
  readonly context: unknown
}

/** Reads cdktf.json; undefined when there is none, or it has no app to run. */
export function findAppFile(directory: string): AppFile | undefined {
  const file = join(directory, 'cdktf.json')
  if (!existsSync(file)) return undefined
  const content = readJson(file)
  const app = content['app']
  if (typeof app !== 'string' || app.trim() === '') return undefined
  const output = typeof content['output'] === 'string' ? content['output'] : 'cdktf.out'
  return { file, app, output: resolve(directory, output), context: content['context'] }
}

/** Runs the app. Its words go to stderr as they come; throws a diagnostic when it fails. */
export async function runApp(app: AppFile, shell: Shell): Promise<void> {
  const directory = dirname(app.file)
  const child = spawn(app.app, {
    cwd: directory,
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: appEnvironment(app, directory, shell),
  })
  const take = (stream: NodeJS.ReadableStream) =>
    eachLine(stream, (line) => {
      if (line.trim() !== '') shell.terminal.complain(line)
    })
  // A terminal sends Ctrl-C to the app as well; a signal to this process alone has to be passed on.
  const stop = () => child.kill('SIGTERM')
  shell.stops.interrupt.addEventListener('abort', stop)
  try {
    const [ended] = await Promise.all([ending(child), take(child.stdout), take(child.stderr)])
    if (ended === undefined) return
    throw new DiagnosticError(
      problem(
        'App failed',
        `The command "${app.app}" ${ended}. Run it by itself in ${directory} to look into it.`,
        { file: app.file },
      ),
    )
  } finally {
    shell.stops.interrupt.removeEventListener('abort', stop)
  }
}

function appEnvironment(app: AppFile, directory: string, { env }: Shell): NodeJS.ProcessEnv {
  // The Node that runs us comes first, so that an app runs on it whatever else is installed.
  const path = [dirname(process.execPath), join(directory, 'node_modules', '.bin'), env['PATH'] ?? '']
  return {
    ...env,
    PATH: path.join(delimiter),
    CDKTF_OUTDIR: app.output,
    CHECKPOINT_DISABLE: '1',
    // cdktf calls a deprecated function of Node; users of an app can do nothing about it.
    NODE_OPTIONS: [env['NODE_OPTIONS'], '--disable-warning=DEP0044'].filter(Boolean).join(' '),
    NODE_COMPILE_CACHE: env['NODE_COMPILE_CACHE'] ?? join(app.output, '.compile-cache'),
    ...(app.context === undefined ? {} : { CDKTF_CONTEXT_JSON: JSON.stringify(app.context) }),
  }
}

/** Undefined when all is well, else how it ended. */
function ending(child: ReturnType<typeof spawn>): Promise<string | undefined> {
  return new Promise((done) => {
    child.on('error', (error) => done(`could not be started: ${error.message}`))
    child.on('close', (code, signal) => {
      if (code === 0) done(undefined)
      else done(signal === null ? `ended with code ${code}` : `was ended by ${signal}`)
    })
  })
}

async function eachLine(stream: NodeJS.ReadableStream, use: (line: string) => void): Promise<void> {
  let rest = ''
  stream.setEncoding('utf8')
  for await (const chunk of stream) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(use)
  }
  if (rest !== '') use(rest)
}

/** Reads a file that holds one JSON object. Throws a diagnostic. */
export function readJson(file: string): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as { readonly [key: string]: unknown }
  } catch (error) {
    fail('Unreadable file', `${file} cannot be read: ${(error as Error).message}.`, { file }, error)
  }
  return fail('Unreadable file', `${file} does not hold a JSON object.`, { file })
}
