import { execFileSync, spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeCertificate } from '../../src/protocol/certificate.ts'

const now = new Date('2030-06-15T12:00:00Z')

describe('makeCertificate', () => {
  const { pem, der, key } = makeCertificate(now)
  const certificate = new X509Certificate(pem)

  it('is signed by its own key', () => {
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(certificate.checkIssued(certificate)).toBe(true)
  })

  it('is its own root, for localhost by the only name that hosts look at', () => {
    expect(certificate.ca).toBe(true)
    expect(certificate.subjectAltName).toBe('DNS:localhost')
    expect(certificate.checkHost('localhost')).toBe('localhost')
  })

  it('is good for servers and clients, from the day before for a year', () => {
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
    expect(new Date(certificate.validFrom)).toEqual(new Date('2030-06-14T12:00:00Z'))
    expect(new Date(certificate.validTo)).toEqual(new Date('2031-06-15T12:00:00Z'))
  })

  it('is the same in both forms', () => {
    expect(new X509Certificate(der).fingerprint256).toBe(certificate.fingerprint256)
  })

  it('is another each time', () => {
    const numbers = Array.from(
      { length: 50 },
      () => new X509Certificate(makeCertificate(now).der).serialNumber,
    )
    expect(new Set(numbers).size).toBe(50)
  })

  it('has dates of four digits once two are not enough', () => {
    const late = new X509Certificate(makeCertificate(new Date('2049-12-31T12:00:00Z')).der)
    expect(new Date(late.validTo)).toEqual(new Date('2050-12-31T12:00:00Z'))
  })

  const openssl = spawnSync('openssl', ['version']).status === 0
  it.skipIf(!openssl)(
    `is read by OpenSSL without complaint${openssl ? '' : ' (skipped: no openssl)'}`,
    () => {
      const text = execFileSync('openssl', ['x509', '-noout', '-text'], { input: pem, encoding: 'utf8' })
      expect(text).toContain('X509v3 Basic Constraints: critical')
      expect(text).toMatch(/Digital Signature, Key Agreement, Certificate Sign/)
    },
  )
})
