// Loaded before the real command line, by `node --import`: counts what the process makes durable, and ends it at one of
// those points as SIGKILL does. What it is to do is in HUBFORM_TORTURE, as JSON.
import './hooked-time.ts'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** A point at which the process ends, or what goes wrong from there on. */
export interface Trouble {
  /** Counted from 1, over everything that this process does to files of its project. */
  readonly write: number
  /**
   * `torn`: half of what was to be written is. `full`: from there on the disk has no room. `cut`: the connection to the
   * database ends while it is asked. The last two do not end the process.
   */
  readonly how: 'before' | 'torn' | 'full' | 'cut'
}

export interface Orders {
  /** Only what is below counts. */
  readonly directory: string
  /** What counts: changes of files, or queries to PostgreSQL. A server that keeps states counts by itself. */
  readonly counts: 'files' | 'queries'
  readonly trouble?: Trouble | undefined
  /** Seconds by which the clock of the process jumps, to and fro, at each look. */
  readonly clockJumps?: number | undefined
  /** Where to leave the number of changes, and which of them were writes that can be torn. */
  readonly report: string
}

/** What a process that came to its end says about itself. */
export interface Counted {
  readonly changes: number
  readonly tearable: readonly number[]
}

type Anything = (...args: unknown[]) => unknown

const orders = JSON.parse(process.env['HUBFORM_TORTURE'] ?? '{}') as Orders
const ours = new Set<number>()
const tearable: number[] = []
let changes = 0

/** Counts a change, and ends the process if this is the one. Gives an error where the disk is full. */
function meet(path: string, tear?: () => void): NodeJS.ErrnoException | undefined {
  if (orders.counts === 'queries' || !path.startsWith(orders.directory) || path === orders.report)
    return undefined
  return count(tear)
}

function count(tear?: () => void): NodeJS.ErrnoException | undefined {
  changes += 1
  if (tear !== undefined) tearable.push(changes)
  const { trouble } = orders
  if (trouble === undefined || changes < trouble.write) return undefined
  if (trouble.how === 'full')
    return tear === undefined ? undefined : Object.assign(new Error('no space left'), { code: 'ENOSPC' })
  if (changes > trouble.write) return undefined
  if (trouble.how !== 'before') tear?.()
  if (trouble.how === 'cut') return undefined
  process.kill(process.pid, 'SIGKILL')
  // The signal comes at once, but not before the call returns everywhere.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
}

const real = { ...fs }
const throwing =
  (
    call: Anything,
    pathOf: (args: readonly unknown[]) => string,
    tearOf?: (args: readonly unknown[]) => () => void,
  ) =>
  (...args: unknown[]) => {
    const error = meet(pathOf(args), tearOf?.(args))
    if (error !== undefined) throw error
    return call(...args)
  }
const byPath = (args: readonly unknown[]) => String(args[0])
const byDescriptor = (args: readonly unknown[]) => (ours.has(args[0] as number) ? orders.directory : '')
const half = (data: unknown) => Buffer.from(data as string).subarray(0, Buffer.byteLength(data as string) / 2)

const hooked: { [name: string]: Anything } = {
  openSync(...args) {
    const [path, flags] = args as [string, string | number]
    const makes = flags !== 'r' && String(path).startsWith(orders.directory)
    if (makes && !real.existsSync(path)) meet(path)
    const fd = real.openSync(path, flags, args[2] as number)
    if (makes) ours.add(fd)
    return fd
  },
  closeSync(...args) {
    ours.delete(args[0] as number)
    return real.closeSync(args[0] as number)
  },
  // With a callback, as promisify wants it.
  write(...args) {
    const [fd, buffer] = args as [number, Buffer]
    const done = args.at(-1) as (error: unknown, written?: number, buffer?: Buffer) => void
    const offset = typeof args[2] === 'number' ? args[2] : 0
    const rest = buffer.subarray(offset)
    const error = meet(byDescriptor([fd]), () => real.writeSync(fd, rest.subarray(0, rest.length / 2)))
    if (error !== undefined) return done(error)
    return real.write(fd, buffer, offset, (failed, written) => done(failed, written, buffer))
  },
  fsync(...args) {
    const [fd, done] = args as [number, (error: unknown) => void]
    meet(byDescriptor([fd]))
    return real.fsync(fd, done)
  },
  ftruncateSync: throwing(real.ftruncateSync as Anything, byDescriptor),
  fsyncSync: throwing(real.fsyncSync as Anything, byDescriptor),
  renameSync: throwing(real.renameSync as Anything, byPath),
  linkSync: throwing(real.linkSync as Anything, byPath),
  unlinkSync: throwing(real.unlinkSync as Anything, byPath),
  rmSync: throwing(real.rmSync as Anything, byPath),
  writeFileSync: throwing(
    real.writeFileSync as Anything,
    (args) => (typeof args[0] === 'number' ? byDescriptor(args) : byPath(args)),
    ([file, data, options]) =>
      () =>
        real.writeFileSync(file as fs.PathOrFileDescriptor, half(data), options as fs.WriteFileOptions),
  ),
  mkdirSync: throwing(real.mkdirSync as Anything, byPath),
}
Object.assign(fs, hooked)

syncBuiltinESMExports()

if (orders.counts === 'queries') {
  const { default: pg } = await import('pg')
  const { query } = pg.Client.prototype as unknown as { query: Anything }
  Object.assign(pg.Client.prototype, {
    query(this: { connection: { stream: { destroy(): void } } }, ...args: unknown[]) {
      // It is on its way when the connection ends: whether the server does it is not known.
      count(() => setImmediate(() => this.connection.stream.destroy()))
      return query.apply(this, args)
    },
  })
}

process.on('exit', () => {
  const counted: Counted = { changes, tearable }
  real.writeFileSync(orders.report, JSON.stringify(counted))
})
