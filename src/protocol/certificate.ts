// A self-signed certificate for one process, written in DER by hand: no library, and no time lost at start.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Certificate {
  /** PEM, PKCS #8. */
  readonly key: string
  readonly pem: string
  readonly der: Buffer
}

const DAY = 86_400_000

/** Makes a key and a certificate for `localhost`, good for server and client, from a day ago until a year ahead. */
export function makeCertificate(now: Date): Certificate {
  // P-256 rather than the host's P-521: it is accepted, and made twenty times as fast.
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(0x30, oid('1.2.840.10045.4.3.2'))
  const name = der(0x30, der(0x31, der(0x30, oid('2.5.4.3'), der(0x0c, Buffer.from('localhost')))))
  const validity = der(0x30, time(new Date(now.getTime() - DAY)), time(new Date(now.getTime() + 365 * DAY)))
  const body = der(
    0x30,
    der(0xa0, integer(Buffer.of(2))),
    integer(randomBytes(16)),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, ...extensions())),
  )
  const signature = sign('sha256', body, privateKey)
  const whole = der(0x30, body, algorithm, bits(signature, 0))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    pem: `-----BEGIN CERTIFICATE-----\n${(whole.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`,
    der: whole,
  }
}

function extensions(): Buffer[] {
  const yes = der(0x01, Buffer.of(0xff))
  return [
    // It is its own root, so it must be allowed to sign certificates.
    extension('2.5.29.19', der(0x30, yes), yes),
    // digitalSignature, keyAgreement, keyCertSign
    extension('2.5.29.15', bits(Buffer.of(0b1000_1100), 2), yes),
    // serverAuth, clientAuth
    extension('2.5.29.37', der(0x30, oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))),
    // Hosts look for their name here only.
    extension('2.5.29.17', der(0x30, der(0x82, Buffer.from('localhost')))),
  ]
}

function extension(id: string, content: Buffer, critical?: Buffer): Buffer {
  return der(0x30, oid(id), ...(critical === undefined ? [] : [critical]), der(0x04, content))
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(tag), length(content.length), content])
}

function length(value: number): Buffer {
  if (value < 0x80) return Buffer.of(value)
  return value < 0x100 ? Buffer.of(0x81, value) : Buffer.of(0x82, value >> 8, value & 0xff)
}

/** Positive, in as few bytes as it takes. */
function integer(value: Buffer): Buffer {
  let first = 0
  while (first < value.length - 1 && value[first] === 0) first += 1
  const digits = value.subarray(first)
  return der(0x02, ...((digits[0] ?? 0) < 0x80 ? [digits] : [Buffer.of(0), digits]))
}

function bits(value: Buffer, unused: number): Buffer {
  return der(0x03, Buffer.of(unused), value)
}

function time(moment: Date): Buffer {
  const digits = moment.toISOString().replace(/[-:T]|\.\d+/g, '')
  // Two-digit years end with 2049.
  return moment.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(digits.slice(2)))
    : der(0x18, Buffer.from(digits))
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = rest.flatMap((part) => {
    const groups = [part & 0x7f]
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]))
}
