// The plugin as a process of its own. Whatever is not needed to be found by the host is loaded after that.
import type { Provider } from '../provider/provider.ts'
import { makeCertificate } from './certificate.ts'
import { handshakeLine, readInvitation } from './handshake.ts'
import { listen } from './listen.ts'

export interface PluginOptions {
  /** As in `required_providers`, and with the registry's host. */
  readonly name: string
  readonly source: string
  /** Loads what is served, with the first call that needs it. */
  readonly load: () => Promise<Provider>
  /** The answer to GetProviderSchema, if it was made when building. */
  readonly schema?: Uint8Array | undefined
}

/**
 * Runs a plugin in this process until the host is done with it. Nothing else may write to standard output before.
 *
 * Started by anyone else, it says what it is, and ends the process with 1.
 */
export async function runPlugin(options: PluginOptions, host: NodeJS.Process = process): Promise<void> {
  // A host that dies from here on is noticed, however early.
  const parent = host.ppid
  const invitation = readInvitation(host.env, options)
  if (invitation.kind === 'refuse') {
    host.stderr.write(`${invitation.message}\n`)
    host.exitCode = 1
    return
  }
  const { clientCertificate: client, socketDirectory, asksForMultiplexing } = invitation
  const listening = await listen(socketDirectory)
  host.on('exit', () => listening.close())
  const leave = () => host.exit(0)
  const certificate = client === undefined ? undefined : makeCertificate(new Date())
  host.stdout.write(handshakeLine({ ...listening, certificate: certificate?.der, asksForMultiplexing }))
  const { openPlugin } = await import('./open.ts')
  await openPlugin({
    ...options,
    host,
    parent,
    leave,
    listening,
    tls: client && certificate ? { key: certificate.key, certificate: certificate.pem, client } : undefined,
  })
}
