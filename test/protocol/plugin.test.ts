// The executable itself, started the way a host starts it.
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type ClientHttp2Session, connect } from 'node:http2'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../src/plugin/build.ts'
import { type Certificate, makeCertificate } from '../../src/protocol/certificate.ts'
import { getProviderSchema } from '../../src/protocol/messages.ts'
import { decodeMessage } from '../../src/protocol/wire-decode.ts'
import { tavio } from '../../src/systems/tavio/provider.ts'

let folder = ''
let executable = ''
const children: ChildProcess[] = []
const sessions: ClientHttp2Session[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hubform-plugin-'))
  executable = join(folder, 'terraform-provider-tavio')
  writeFileSync(executable, await bundle(tavio), { mode: 0o755 })
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy()
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const cookie = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2'
const client = makeCertificate(new Date())
const invitation = {
  TF_PLUGIN_MAGIC_COOKIE: cookie,
  PLUGIN_PROTOCOL_VERSIONS: '6,5',
  PLUGIN_CLIENT_CERT: client.pem,
}

function start(env: NodeJS.ProcessEnv, file = executable) {
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let stdout = ''
  let stderr = ''
  let first = (_line: string): void => {}
  const line = new Promise<string>((resolve) => {
    first = resolve
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    if (stdout.includes('\n')) first(stdout)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>(
    (resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  )
  return { child, line, ended }
}

/** Connects as the host does, trusting nothing but the certificate in the line. */
async function enter(line: string, as: Certificate = client): Promise<ClientHttp2Session> {
  const [, , , path = '', , certificate = ''] = line.trim().split('|')
  const ca = `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate, 'base64').toString('base64')}\n-----END CERTIFICATE-----\n`
  const session = connect('https://localhost', {
    createConnection: () =>
      connectTls({ path, ca, key: as.key, cert: as.pem, servername: 'localhost', ALPNProtocols: ['h2'] }),
  })
  sessions.push(session)
  await new Promise((resolve, reject) => {
    session.once('remoteSettings', resolve)
    session.once('error', reject)
    session.once('close', () => reject(new Error('closed')))
  })
  return session
}

async function call(session: ClientHttp2Session, path: string): Promise<Buffer> {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  })
  stream.end(Buffer.alloc(5))
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).subarray(5)
}

describe('started by a person', () => {
  it('says what it is and ends with 1, with nothing on standard output', async () => {
    const { code, stdout, stderr } = await start({ TF_PLUGIN_MAGIC_COOKIE: '' }).ended
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('This is the tavio provider of Hubform')
  })

  it('does so also below a package.json that says what modules are', async () => {
    const inside = join(folder, 'project')
    mkdirSync(inside)
    writeFileSync(join(inside, 'package.json'), '{ "type": "module" }')
    const copy = join(inside, 'terraform-provider-tavio')
    copyFileSync(executable, copy)
    const { code, stderr } = await start({ TF_PLUGIN_MAGIC_COOKIE: '' }, copy).ended
    expect([code, stderr.slice(0, 30)]).toEqual([1, 'This is the tavio provider of '])
  })
})

describe('started by a host', () => {
  it('answers one line, tells its schema, and is gone as soon as it is sent away', async () => {
    const { line, ended } = start(invitation)
    expect(await line).toMatch(/^1\|6\|unix\|[^|]{1,106}\|grpc\|[^|=]+\n$/)
    const session = await enter(await line)
    const schema = decodeMessage(
      getProviderSchema.response,
      await call(session, '/tfplugin6.Provider/GetProviderSchema'),
    )
    expect(Object.keys(schema.resources)).toEqual(Object.keys(tavio.resources).sort())
    const socket = (await line).split('|')[3] ?? ''
    expect(existsSync(socket)).toBe(true)
    await call(session, '/plugin.GRPCController/Shutdown')
    const { code, stderr } = await ended
    expect([code, stderr]).toEqual([0, ''])
    expect(existsSync(dirname(socket))).toBe(false)
  })

  it('loads the provider with the call that needs it', async () => {
    const { line, ended } = start(invitation)
    const session = await enter(await line)
    await call(session, '/tfplugin6.Provider/GetMetadata')
    await call(session, '/plugin.GRPCController/Shutdown')
    expect((await ended).code).toBe(0)
  })

  it('lets nobody in but that host', async () => {
    const { line } = start(invitation)
    await expect(enter(await line, makeCertificate(new Date())).then((s) => call(s, '/x'))).rejects.toThrow()
    // Still there for the one that is meant.
    const session = await enter(await line)
    expect((await call(session, '/grpc.health.v1.Health/Check')).toString('hex')).toBe('0801')
  })

  it('speaks in clear when the host gave no certificate', async () => {
    const { line } = start({ ...invitation, PLUGIN_CLIENT_CERT: '' })
    expect(await line).toMatch(/\|grpc\|\n$/)
  })

  it('ignores an interrupt, which the host gets too, and ends when told to', async () => {
    const { child, line, ended } = start(invitation)
    const session = await enter(await line)
    child.kill('SIGINT')
    expect((await call(session, '/grpc.health.v1.Health/Check')).toString('hex')).toBe('0801')
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 0 })
    expect(existsSync((await line).split('|')[3] ?? '')).toBe(false)
  })

  it('ends when the host has gone without a word', async () => {
    const { line, ended } = start(invitation)
    const session = await enter(await line)
    session.destroy()
    expect(await ended).toMatchObject({ code: 0 })
  })

  it('ends when the host dies before it ever connected', async () => {
    // A shell plays the host, and dies when its input ends.
    const shell = spawn('sh', ['-c', '"$0" "$1" & read line', process.execPath, executable], {
      env: { ...process.env, TMPDIR: folder, ...invitation },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    children.push(shell)
    const line = await new Promise<string>((resolve) =>
      shell.stdout.setEncoding('utf8').once('data', resolve),
    )
    const released = new Promise((resolve) => shell.stdout.once('close', resolve))
    shell.stdin.end()
    await released
    expect(existsSync(line.split('|')[3] ?? '')).toBe(false)
  })
})
