import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../../src/diagnostics.ts'
import { decodeState, encodeState } from '../../../src/state/file.ts'
import { localBackend } from '../../../src/state/local/backend.ts'
import { type Disk, nodeDisk } from '../../../src/state/local/disk.ts'
import { lockFileLocker } from '../../../src/state/local/lock-file.ts'
import { recordKey } from '../../../src/state/state.ts'
import { recordOf, stateOf } from '../samples.ts'
import { intentOf, open } from '../sessions.ts'
import { CrashError, crashingDisk, faultyDisk } from './failing-disk.ts'

const [ada, bob, eve] = [recordOf('ada'), recordOf('bob'), recordOf('eve')]
const base = stateOf(ada)

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hubform-crash-'))
  path = join(directory, 'hub.tfstate')
  writeFileSync(path, encodeState(base))
})

afterEach(() => rmSync(directory, { recursive: true }))

/** A client whose process counts as dead as soon as somebody else looks. */
function mortalBackend(disk: Disk) {
  const self = { host: 'here', pid: 1, started: undefined }
  return localBackend({
    path,
    disk,
    backups: 2,
    locker: lockFileLocker(disk, { self, mayLive: () => false }),
  })
}

function rootOf(error: unknown): unknown {
  return error instanceof DiagnosticError ? error.cause : error
}

/** One run. What was acknowledged is added to `done` at once. */
async function run(disk: Disk, done: string[]): Promise<void> {
  const session = await open(mortalBackend(disk))
  await session.intend(intentOf(eve))
  done.push('intent eve')
  await session.outcome('create tavio_user.eve', { [recordKey(eve)]: eve })
  done.push('eve')
  await Promise.all([session.intend(intentOf(ada, 'delete')), session.intend(intentOf(bob))])
  done.push('intent ada', 'intent bob')
  await session.outcome('delete tavio_user.ada', { [recordKey(ada)]: null })
  done.push('no ada')
  await session.save(session.state)
  done.push('saved')
  await session.outcome('create tavio_user.bob', { [recordKey(bob)]: bob })
  done.push('bob')
  await session.save(session.state)
  await session.close()
  done.push('closed')
}

describe('a run that is killed', () => {
  it('loses nothing that was acknowledged, wherever it is killed', async () => {
    const seen = new Set<string>()
    for (let changes = 0; ; changes++) {
      writeFileSync(path, encodeState(base))
      for (const rest of ['.journal', '.backup']) rmSync(path + rest, { force: true })
      const done: string[] = []
      const end = await run(crashingDisk(changes), done).catch((error: unknown) => error)
      if (end !== undefined) expect(rootOf(end), `after ${changes} changes`).toBeInstanceOf(CrashError)
      seen.add(done.at(-1) ?? 'nothing')
      await check(done, `killed after ${changes} changes, ${done.at(-1)}`)
      if (done.includes('closed')) break
    }
    expect(seen.size).toBeGreaterThanOrEqual(7)
  })

  async function check(done: readonly string[], when: string): Promise<void> {
    // Whatever happened, the file itself is whole.
    decodeState(readFileSync(path, 'utf8'), { file: path })
    let session = await open(mortalBackend(nodeDisk))
    const open1 = session.recovered?.openIntents.map((intent) => intent.step) ?? []
    const has = (name: string) => session.state.records.has(`tavio_user.${name}`)
    if (done.includes('eve')) expect(has('eve'), when).toBe(true)
    if (done.includes('no ada')) expect(has('ada'), when).toBe(false)
    if (done.includes('bob')) expect(has('bob'), when).toBe(true)
    // A call that may have been made has left an intent, or its outcome.
    if (done.includes('intent eve') && !has('eve')) expect(open1, when).toContain('create tavio_user.eve')
    if (done.includes('intent ada') && has('ada')) expect(open1, when).toContain('delete tavio_user.ada')
    if (done.includes('intent bob') && !has('bob')) expect(open1, when).toContain('create tavio_user.bob')
    const records = [...session.state.records.keys()].sort()
    await session.save(session.state)
    await session.close()
    session = await open(mortalBackend(nodeDisk))
    expect([...session.state.records.keys()].sort(), when).toEqual(records)
    expect(session.recovered?.openIntents.map((intent) => intent.step) ?? [], when).toEqual(open1)
    await session.close()
  }
})

describe('a disk that fails', () => {
  const cases = [
    {
      call: 'open',
      code: 'EACCES',
      path: /hub\.tfstate$/,
      at: 'lock',
      text: /No permission for state: Hubform could not lock .*hub\.tfstate: this user may not do that\. Give this user write access/,
    },
    {
      call: 'open',
      code: 'EROFS',
      path: /hub\.tfstate$/,
      at: 'lock',
      text: /Directory is read-only: Hubform could not lock .*hub\.tfstate: the directory is on a read-only file system\. Make it writable/,
    },
    {
      call: 'makeDirectory',
      code: 'ENOTDIR',
      path: /./,
      at: 'lock',
      text: /State directory is missing: .*a part of the path is a file and not a directory\. Correct the path/,
    },
    {
      call: 'open',
      code: 'EACCES',
      path: /\.next$/,
      at: 'save',
      text: /No permission for state: Hubform could not write .*hub\.tfstate: this user may not do that\. The state is as it was before\. Give.*\nState not saved: .*Nothing is lost: .*hub\.tfstate\.journal holds everything/,
    },
    {
      call: 'rename',
      code: 'ENOSPC',
      path: /\.next$/,
      at: 'save',
      text: /Disk is full: Hubform could not write .*hub\.tfstate: there is no room left on the disk\. The state is as it was before\. Make room and try again\.\nState not saved: .*Nothing is lost/,
    },
    {
      call: 'write',
      code: 'ENOSPC',
      path: /./,
      at: 'outcome',
      text: /Disk is full: Hubform could not write .*hub\.tfstate\.journal: there is no room left on the disk\. What this run has recorded so far is safe, and it does not go on without recording\. Make room/,
    },
    {
      call: 'sync',
      code: 'EIO',
      path: /./,
      at: 'outcome',
      text: /State file not usable: Hubform could not write .*hub\.tfstate\.journal: the system answered EIO\./,
    },
  ] as const

  it.each(cases)('$code in $call is told at $at', async ({ call, code, path: match, at, text }) => {
    let reached = 'lock'
    const attempt = async () => {
      const session = await open(localBackend({ path, disk: faultyDisk(call, code, match) }))
      try {
        reached = 'outcome'
        await session.outcome(undefined, { [recordKey(eve)]: eve })
        reached = 'save'
        await session.save(session.state)
      } finally {
        await session.close()
      }
    }
    const error = await attempt().catch((reason: unknown) => reason)
    expect(reached).toBe(at)
    expect(error).toBeInstanceOf(DiagnosticError)
    expect((error as DiagnosticError).message).toMatch(text)
    expect((error as DiagnosticError).message).not.toContain('s3cret')
    expect(readFileSync(path, 'utf8')).toBe(encodeState(base))
    const next = await open(localBackend({ path }))
    expect(next.state.records.has('tavio_user.eve')).toBe(at === 'save')
    await next.close()
  })
})
