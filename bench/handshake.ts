// How long Terraform waits for the provider each time it starts it: node bench/handshake.ts [--runs N]
//
// From starting the process to its first line, against Node doing nothing at all, taken in turns. Terraform starts a
// provider three to five times for each command, so this is felt more than anything else.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from '../src/plugin/build.ts'
import { makeExecutable, noExecutable } from '../src/plugin/executable.ts'
import { makeCertificate } from '../src/protocol/certificate.ts'
import { tavio } from '../src/systems/tavio/provider.ts'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '15' } } })
const runs = Number(values.runs)
/** Above bare Node, in milliseconds: what a provider may take. */
const AIM = 40

const folder = mkdtempSync(join(tmpdir(), 'hubform-bench-'))
const executable = join(folder, 'terraform-provider-tavio')
const script = await bundle(tavio)
writeFileSync(executable, script, { mode: 0o755 })
const withNode = join(folder, 'with-node')
if (noExecutable(process) === undefined) await makeExecutable({ script, file: withNode })

const invitation = {
  TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
  PLUGIN_PROTOCOL_VERSIONS: '6,5',
  PLUGIN_CLIENT_CERT: makeCertificate(new Date()).pem,
}
interface Case {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly env: NodeJS.ProcessEnv
}
const cases: readonly Case[] = [
  { name: 'node -e 0, to its end', command: [process.execPath, '-e', '0'], env: {} },
  { name: 'script, to its line, encrypted', command: [process.execPath, executable], env: invitation },
  {
    name: 'script, to its line, in clear',
    command: [process.execPath, executable],
    env: { ...invitation, PLUGIN_CLIENT_CERT: '' },
  },
  ...(existsSync(withNode)
    ? [{ name: 'self-contained, to its line', command: [withNode] as const, env: invitation }]
    : []),
]

/** Milliseconds until the first output, or the end if there is none. */
async function once({ command: [file, ...args], env }: Case): Promise<number> {
  const start = performance.now()
  const child = spawn(file, args, {
    // Those that are killed leave their sockets behind.
    env: { ...process.env, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return await new Promise((resolve) => {
    let time: number | undefined
    child.stdout.once('data', () => {
      time = performance.now() - start
      child.kill('SIGKILL')
    })
    child.once('close', () => resolve(time ?? performance.now() - start))
  })
}

const times: number[][] = cases.map(() => [])
// Once more than asked for: the first of each reads its file from disk.
for (let run = 0; run <= runs; run++) {
  for (const [i, one] of cases.entries()) {
    const time = await once(one)
    if (run > 0) times[i]?.push(time)
  }
}
rmSync(folder, { recursive: true })

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0
const bare = median(times[0] ?? [])
for (const [i, { name }] of cases.entries()) {
  const of = median(times[i] ?? [])
  const above = i === 0 ? '' : `  ${(of - bare).toFixed(1)} above, aim ${AIM}`
  console.log(`${name.padEnd(36)}${of.toFixed(1).padStart(7)} ms${above}`)
}
