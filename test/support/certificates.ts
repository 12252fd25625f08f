// Certificates for one test, made by openssl: an authority, a server on 127.0.0.1, and a client.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificates {
  readonly ca: string
  readonly serverKey: string
  readonly serverCertificate: string
  readonly clientKey: string
  readonly clientCertificate: string
}

export function certificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-certificates-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
  const read = (name: string) => readFileSync(join(directory, name), 'utf8')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const issue = (name: string, extension: string) => {
    writeFileSync(join(directory, `${name}.ext`), extension)
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.crt`,
    )
  }
  try {
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
      '-days',
      '2',
      '-subj',
      '/CN=authority',
    )
    issue('server', 'subjectAltName=IP:127.0.0.1')
    issue('client', 'extendedKeyUsage=clientAuth')
    return {
      ca: read('ca.crt'),
      serverKey: read('server.key'),
      serverCertificate: read('server.crt'),
      clientKey: read('client.key'),
      clientCertificate: read('client.crt'),
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
