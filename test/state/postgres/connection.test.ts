import { describe, expect, it } from 'vitest'
import { connectionOptions, describeConnection } from '../../../src/state/postgres/connection.ts'

describe('a connection string', () => {
  it.each([
    {
      name: 'a URL',
      text: 'postgres://ada:p%40ss@db.example:6543/states?sslmode=disable',
      env: {},
      expected: {
        host: 'db.example',
        port: 6543,
        user: 'ada',
        password: 'p@ss',
        database: 'states',
        ssl: false,
      },
    },
    {
      name: 'a URL with a socket',
      text: 'postgresql:///states?host=/run/pg&sslmode=disable',
      env: {},
      expected: { host: '/run/pg', database: 'states' },
    },
    {
      name: 'words',
      text: "host=db dbname = states user=ada password='it\\'s \\\\ ok' sslmode=disable",
      env: {},
      expected: { host: 'db', database: 'states', user: 'ada', password: "it's \\ ok" },
    },
    {
      name: 'variables alone',
      text: undefined,
      env: { PGHOST: 'h', PGPORT: '1', PGUSER: 'u', PGDATABASE: 'd', PGPASSWORD: 'p', PGSSLMODE: 'disable' },
      expected: { host: 'h', port: 1, user: 'u', database: 'd', password: 'p', ssl: false },
    },
    {
      name: 'words over variables',
      text: 'host=db',
      env: { PGHOST: 'h', PGUSER: 'u' },
      expected: { host: 'db', user: 'u', database: 'u' },
    },
    {
      name: 'encryption unless said otherwise, as Terraform',
      text: 'host=db',
      env: {},
      expected: { ssl: { rejectUnauthorized: false } },
    },
    {
      name: 'the check of certificates',
      text: 'host=db sslmode=verify-full',
      env: {},
      expected: { ssl: { rejectUnauthorized: true } },
    },
  ])('is $name', ({ text, env, expected }) => {
    expect(connectionOptions(text, env as { [name: string]: string })).toMatchObject(expected)
  })

  it.each(['host db', 'postgres://a:s3cret@[bad/x', 'host=db sslmode=maybe'])(
    'that cannot be read is refused without being shown: %s',
    (text) => {
      expect(() => connectionOptions(text, {})).toThrow('Wrong backend setting')
      expect(() => connectionOptions(text, {})).not.toThrow('s3cret')
    },
  )

  it('is described without its password', () => {
    const options = connectionOptions('postgres://ada:s3cret@db/states', {})
    expect(describeConnection(options)).toBe('postgres://db:5432/states')
  })
})
