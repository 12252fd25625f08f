// Objects in a bucket, read and written under conditions. The SDK is loaded when the first of them is asked for.
import type { PutObjectCommandInput, S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import type { LeaseClock } from '../remote/lease.ts'
import { ChangedError, type Versioned } from '../remote/versioned.ts'
import { s3Fault, s3Status } from './fault.ts'

export interface S3Options {
  readonly client: S3ClientConfig
  readonly bucket: string
  /** What every object is written with: encryption and access. */
  readonly writeWith: Partial<PutObjectCommandInput>
  readonly sleep: LeaseClock['sleep']
  /** What is needed to read it again. */
  readonly readWith: Partial<Pick<PutObjectCommandInput, 'SSECustomerAlgorithm' | 'SSECustomerKey'>>
}

export interface S3Objects {
  get(key: string): Promise<Versioned | undefined>
  /**
   * Writes it and gives its tag. Only over the object that `expected` is the tag of, or over none if that is undefined;
   * else throws ChangedError.
   */
  put(key: string, text: string, expected: string | undefined): Promise<string>
  /** Succeeds also when there is none. With a tag: only that one, where the server knows how. */
  remove(key: string, tag?: string): Promise<void>
  /** The names of all objects that begin with this. */
  list(prefix: string): Promise<readonly string[]>
}

type Sdk = typeof import('@aws-sdk/client-s3')

/** What a server answers while another write of the same object is under way. */
const BUSY = 409
const TRIES = 4
/** And when a condition is not met. */
const CONFLICTS = [404, BUSY, 412]

export function s3Objects({ client: config, bucket, writeWith, readWith, sleep }: S3Options): S3Objects {
  let loading: Promise<{ sdk: Sdk; client: S3Client }> | undefined
  const load = () => {
    loading ??= import('@aws-sdk/client-s3').then((sdk) => ({ sdk, client: new sdk.S3Client(config) }))
    return loading
  }
  const describe = (key: string) => `s3://${bucket}/${key}`

  return {
    async get(key) {
      const { sdk, client } = await load()
      try {
        const found = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key, ...readWith }))
        return { text: (await found.Body?.transformToString('utf8')) ?? '', tag: found.ETag ?? '' }
      } catch (error) {
        if (s3Status(error) === 404 && !isMissingBucket(error)) return undefined
        throw s3Fault(error, 'read', describe(key))
      }
    },

    async put(key, text, expected) {
      const { sdk, client } = await load()
      const condition = expected === undefined ? { IfNoneMatch: '*' } : { IfMatch: expected }
      const command = new sdk.PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: text,
        // Of nothing, the SDK does not see how long it is, and complains on the terminal.
        ContentLength: Buffer.byteLength(text),
        ContentType: 'application/json',
        ...writeWith,
        ...condition,
      })
      for (let tried = 1; ; tried++) {
        try {
          return (await client.send(command)).ETag ?? ''
        } catch (error) {
          const status = s3Status(error)
          if (isMissingBucket(error) || !CONFLICTS.includes(status ?? 0))
            throw s3Fault(error, 'write', describe(key))
          if (status !== BUSY || tried === TRIES) throw new ChangedError(describe(key))
          // Another write of it is under way, perhaps our own, whose connection was cut: what comes of it decides.
          await sleep(tried * 500, undefined)
        }
      }
    },

    async remove(key, tag) {
      const { sdk, client } = await load()
      const send = (condition: { IfMatch?: string }) =>
        client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key, ...condition }))
      try {
        await send(tag === undefined ? {} : { IfMatch: tag })
      } catch (error) {
        const status = s3Status(error)
        if (tag !== undefined && CONFLICTS.includes(status ?? 0)) return
        // A server that knows no conditions here.
        if (tag !== undefined && (status === 400 || status === 501)) await send({})
        else throw s3Fault(error, 'remove', describe(key))
      }
    },

    async list(prefix) {
      const { sdk, client } = await load()
      const keys: string[] = []
      let token: string | undefined
      try {
        do {
          const page = await client.send(
            new sdk.ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          )
          keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])))
          token = page.NextContinuationToken
        } while (token !== undefined)
      } catch (error) {
        throw s3Fault(error, 'list', describe(prefix))
      }
      return keys
    },
  }
}

function isMissingBucket(error: unknown): boolean {
  return (error as { name?: unknown } | null)?.name === 'NoSuchBucket'
}
