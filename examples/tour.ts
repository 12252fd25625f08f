// `npm start`: the whole tool in a minute, on a hub of its own. Leaves nothing running and nothing behind.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'

interface Hub {
  readonly systems: { readonly tavio: string }
  readonly control: string
  readonly organization: string
  readonly client_id: string
  readonly client_secret: string
  readonly token_url: string
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const cli = join(root, 'dist/cli/main.js')

const say = (text: string) => console.log(`\n${styleText('bold', `━━ ${text}`)}\n`)
const quoted = (text: string) => console.log(styleText('dim', `$ ${text}`))

/** Starts the embedded hub on a free port; resolves with what it says when it is ready. */
async function startHub(): Promise<{ hub: Hub; process: ChildProcess }> {
  const child = spawn(process.execPath, [cli, 'emulator'], { stdio: ['ignore', 'pipe', 'ignore'] })
  for await (const line of createInterface({ input: child.stdout })) {
    return { hub: JSON.parse(line) as Hub, process: child }
  }
  throw new Error('the hub did not start')
}

/** Runs hubform as a user would, its output on this terminal. Throws when it does not end as expected. */
async function hubform(project: string, hub: Hub, args: readonly string[], expected = 0): Promise<void> {
  quoted(`hubform ${args.join(' ')}`)
  const env = {
    ...process.env,
    // The app is run by whatever node is first on the path.
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    TAVIO_BASE_URL: hub.systems.tavio,
    TAVIO_TOKEN_URL: hub.token_url,
    TAVIO_ORGANIZATION: hub.organization,
    TAVIO_CLIENT_ID: hub.client_id,
    TAVIO_CLIENT_SECRET: hub.client_secret,
    TAVIO_FINGERPRINT_KEY: 'a key for this tour only',
    HUBFORM_PLAN_KEY: 'another key for this tour only',
    TF_VAR_invoice_client_secret: 'tour-invoice-secret',
    TF_VAR_candidate_api_key: 'tour-candidate-key',
  }
  const child = spawn(process.execPath, [cli, ...args], { cwd: project, env, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== expected) throw new Error(`hubform ${args[0]} ended with ${code}, not ${expected}`)
}

/** Changes the customer as a person would who does not know about Hubform: through the hub's own API. */
async function meddle(hub: Hub): Promise<void> {
  const grant = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: hub.client_id,
    client_secret: hub.client_secret,
  })
  const signedIn = await fetch(hub.token_url, { method: 'POST', body: grant })
  const { access_token } = (await signedIn.json()) as { access_token: string }
  const url = `${hub.systems.tavio}/v1/${hub.organization}/environments/acme`
  quoted(`curl -X PUT ${new URL(url).pathname} -d '{"name":"ACME (renamed by hand)", "description":""}'`)
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'ACME (renamed by hand)', description: '' }),
  })
  if (!answer.ok) throw new Error(`the hub answered ${answer.status}`)
  console.log(await answer.text())
}

const project = await mkdtemp(join(tmpdir(), 'hubform-tour-'))
const { hub, process: server } = await startHub()
try {
  const app = `node ${JSON.stringify(join(root, 'examples/customer.ts'))}`
  await writeFile(
    join(project, 'cdktf.json'),
    JSON.stringify({ language: 'typescript', app, output: 'cdktf.out' }),
  )

  say('A hub is running on this machine. examples/customer.ts describes one customer. What would it take?')
  await hubform(project, hub, ['plan', '--out', 'first.hfplan'])

  say('Make exactly that so. Each step is recorded the moment it is done.')
  await hubform(project, hub, ['apply', 'first.hfplan'])

  say(
    'Plan again: nothing left to do. With --detailed-exitcode a script can tell: 0 nothing, 2 changes, 1 error.',
  )
  await hubform(project, hub, ['plan', '--detailed-exitcode'])

  say('Someone changes the customer by hand, through the hub’s own API.')
  await meddle(hub)

  say('The next plan notices, says what and why, and would put it right.')
  await hubform(project, hub, ['plan', '--detailed-exitcode', '--out', 'repair.hfplan'], 2)

  say('Repair it, and look at what is recorded.')
  await hubform(project, hub, ['apply', 'repair.hfplan'])
  await hubform(project, hub, ['state', 'list'])

  say('And away again. What the service cannot delete is said, not hidden.')
  await hubform(project, hub, ['destroy', '--auto-approve'])
  say('That was Hubform. README.md says how to go on.')
} finally {
  server.kill('SIGTERM')
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
  await rm(project, { recursive: true, force: true })
}
