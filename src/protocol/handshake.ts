// What a host says in the environment when it starts a plugin, and the one line it is answered.

const COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2'
const PROTOCOL = 6

type Env = { readonly [name: string]: string | undefined }

/** What the host wants. */
export type Invitation =
  | {
      readonly kind: 'serve'
      /** PEM of the only client to be trusted; undefined when the connection is not encrypted. */
      readonly clientCertificate: string | undefined
      readonly socketDirectory: string | undefined
      /** True if the host wants to be told about multiplexing, which we do not offer. */
      readonly asksForMultiplexing: boolean
    }
  /** No host started us, or one we cannot talk to: `message` is for a person. */
  | { readonly kind: 'refuse'; readonly message: string }

/** Reads the environment. `about` names what would be served. */
export function readInvitation(
  env: Env,
  about: { readonly name: string; readonly source: string },
): Invitation {
  if (env['TF_PLUGIN_MAGIC_COOKIE'] !== COOKIE) return { kind: 'refuse', message: howToUse(about) }
  const versions = (env['PLUGIN_PROTOCOL_VERSIONS'] ?? String(PROTOCOL)).split(',').map(Number)
  if (!versions.includes(PROTOCOL)) {
    const message = `terraform-provider-${about.name} speaks plugin protocol ${PROTOCOL}, and the program that started it asks for ${versions.join(' or ')}. Use Terraform 1.0 or newer, or OpenTofu.`
    return { kind: 'refuse', message }
  }
  return {
    kind: 'serve',
    clientCertificate: env['PLUGIN_CLIENT_CERT'] || undefined,
    socketDirectory: env['PLUGIN_UNIX_SOCKET_DIR'] || undefined,
    asksForMultiplexing: (env['PLUGIN_MULTIPLEX_GRPC'] ?? '') !== '',
  }
}

export interface Answer {
  readonly network: 'unix' | 'tcp'
  readonly address: string
  /** DER of the server's certificate; undefined when the connection is not encrypted. */
  readonly certificate: Buffer | undefined
  readonly asksForMultiplexing: boolean
}

/** The line the host waits for, with its end. */
export function handshakeLine({ network, address, certificate, asksForMultiplexing }: Answer): string {
  // With padding, the host refuses it.
  const base64 = certificate?.toString('base64').replace(/=+$/, '') ?? ''
  const fields = ['1', PROTOCOL, network, address, 'grpc', base64]
  return `${[...fields, ...(asksForMultiplexing ? ['false'] : [])].join('|')}\n`
}

/** What TF_REATTACH_PROVIDERS has to hold for a host to use a server that runs already. */
export function reattachValue(
  source: string,
  answer: Pick<Answer, 'network' | 'address'>,
  pid: number,
): string {
  return JSON.stringify({
    [source]: {
      Protocol: 'grpc',
      ProtocolVersion: PROTOCOL,
      Pid: pid,
      Test: true,
      Addr: { Network: answer.network, String: answer.address },
    },
  })
}

function howToUse({ name, source }: { readonly name: string; readonly source: string }): string {
  return [
    `This is the ${name} provider of Hubform, a plugin that Terraform or OpenTofu starts by itself.`,
    '',
    `To use it, write in your configuration:`,
    '',
    `  terraform { required_providers { ${name} = { source = "${source}" } } }`,
    '',
    `and make it known with "hubform provider install", which prints the settings for the command line`,
    `configuration. To run it by hand and attach Terraform to it: "hubform provider serve ${name}".`,
  ].join('\n')
}
