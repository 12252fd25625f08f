// A state in S3 where Terraform keeps it, with what is beside it.
import type { RemotePlace } from './remote-place.ts'
import { s3Lock } from './s3-lock.ts'
import type { S3Objects } from './s3-objects.ts'
import { type Blobs, segmentedJournal } from './segments.ts'
import { ChangedError } from './versioned.ts'

export interface S3PlaceOptions {
  readonly objects: S3Objects
  readonly bucket: string
  readonly key: string
}

/** The keys of everything that belongs to a state begin with its own. */
export function s3Place({ objects, bucket, key }: S3PlaceOptions): RemotePlace {
  const description = `s3://${bucket}/${key}`
  const backup = `${key}.backup`
  return {
    description,
    backupDescription: `s3://${bucket}/${backup}`,
    journalDescription: `${description}.journal/`,
    async read() {
      const found = await objects.get(key)
      return found === undefined || found.text === '' ? undefined : found
    },
    async write(text, expected) {
      if (expected !== undefined) return objects.put(key, text, expected.tag)
      const there = await objects.get(key)
      // An object without content is no state yet, and is there all the same.
      if (there !== undefined && there.text !== '') throw new ChangedError(description)
      return objects.put(key, text, there?.tag)
    },
    async backUp(text) {
      try {
        await objects.put(backup, text, (await objects.get(backup))?.tag)
      } catch (error) {
        // Our own write, whose answer was lost, is no reason to stop.
        if (!(error instanceof ChangedError) || (await objects.get(backup))?.text !== text) throw error
      }
    },
    openJournal: () => segmentedJournal(segmentBlobs(objects, bucket, key)),
    lock: s3Lock(objects, `${key}.tflock`),
  }
}

/** What a state leaves when its workspace is removed. */
export async function removeS3State(objects: S3Objects, key: string): Promise<void> {
  // The head of the journal first, without which the rest means nothing; and the state last, by which the workspace is known.
  for (const one of await objects.list(`${key}.journal/`)) await objects.remove(one)
  await objects.remove(`${key}.backup`)
  await objects.remove(key)
}

function segmentBlobs(objects: S3Objects, bucket: string, key: string): Blobs {
  const at = (index: number) => `${key}.journal/${String(index).padStart(6, '0')}`
  return {
    describe: (index) => `s3://${bucket}/${at(index)}`,
    get: (index) => objects.get(at(index)),
    put: (index, text, expected) => objects.put(at(index), text, expected),
    remove: (index) => objects.remove(at(index)),
  }
}
