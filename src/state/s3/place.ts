// A state in S3 where Terraform keeps it, with what is beside it.

import { backupName, oldBackups, timeOfBackup } from '../backups.ts'
import type { RemotePlace } from '../remote/place.ts'
import { type Blobs, type Journal, journalBegunBy, segmentedJournal } from '../remote/segments.ts'
import { ChangedError } from '../remote/versioned.ts'
import { s3Lock } from './lock.ts'
import type { S3Objects } from './objects.ts'

export interface S3PlaceOptions {
  readonly objects: S3Objects
  readonly bucket: string
  readonly key: string
  /** How many earlier contents are kept, and what time it is. */
  readonly keep: number
  readonly now: () => number
}

/** The same text has the same tag in S3; with this after it, it is another one, and the same state. */
const FENCE = ' \n'
const FENCES = /( \n)+$/

/** The keys of everything that belongs to a state begin with its own. */
export function s3Place({ objects, bucket, key, keep, now }: S3PlaceOptions): RemotePlace {
  const description = `s3://${bucket}/${key}`
  const backups = `${key}.backups/`
  return {
    description,
    backupDescription: keep === 0 ? undefined : `s3://${bucket}/${backups}`,
    journalDescription: `${description}.journal/`,
    async read() {
      const found = await objects.get(key)
      return found && { text: found.text.replace(FENCES, ''), tag: found.tag }
    },
    async fence(confirm) {
      for (let isDone = false; !isDone; ) {
        const there = await objects.get(key)
        // No state yet, and there all the same.
        if (there?.text === '') return
        const text = there === undefined ? '' : there.text + FENCE
        await confirm()
        isDone = await objects.put(key, text, there?.tag).then(() => true, unlessChanged)
      }
    },
    async write(text, expected) {
      return objects.put(key, text, expected?.tag)
    },
    async backUp(text) {
      if (keep === 0) return
      const newest = backupName(text, new Date(now()))
      try {
        await objects.put(`${backups}${newest}`, text, undefined)
      } catch (error) {
        // Our own write, whose answer was lost, is no reason to stop.
        if (!(error instanceof ChangedError)) throw error
      }
      const names = (await objects.list(backups)).map((one) => one.slice(backups.length))
      for (const name of oldBackups(names, keep, newest)) await objects.remove(`${backups}${name}`)
    },
    async rewriteBackups(rewrite, confirm) {
      await confirm()
      await removeOrphans(objects, `${key}.journal/`)
      for (const one of await objects.list(backups)) {
        const found =
          timeOfBackup(one.slice(backups.length)) === undefined ? undefined : await objects.get(one)
        const next = found && found.text !== '' ? rewrite(found.text, `s3://${bucket}/${one}`) : undefined
        if (found === undefined || next === undefined) continue
        await confirm()
        await replaceSeen(objects, one, next, found.tag)
      }
    },
    openJournal: (confirm) => s3Journal(segmentBlobs(objects, bucket, key), confirm),
    lock: s3Lock(objects, `${key}.tflock`),
  }
}

/** False if the former holder was quicker, with what it had on its way. */
function unlessChanged(error: unknown): false {
  if (error instanceof ChangedError) return false
  throw error
}

/** What a state leaves when its workspace is removed. */
export async function removeS3State(objects: S3Objects, key: string): Promise<void> {
  // The head of the journal first, without which the rest means nothing; and the state last, by which the workspace is known.
  for (const beside of ['journal', 'backups'])
    for (const one of await objects.list(`${key}.${beside}/`)) await objects.remove(one)
  await objects.remove(key)
}

/** Segments of journals that were done with, which a process left that died before it had removed them. */
async function removeOrphans(objects: S3Objects, journal: string): Promise<void> {
  const headName = `${journal}000000`
  const head = await objects.get(headName)
  const id = head && journalBegunBy(head.text)
  // An older version's: its segments do not tell whose they are.
  if (head !== undefined && id === undefined) return
  for (const one of await objects.list(journal))
    if (one !== headName && (id === undefined || !one.startsWith(`${journal}${id}-`)))
      await objects.remove(one)
}

async function replaceSeen(objects: S3Objects, key: string, text: string, tag: string): Promise<void> {
  try {
    await objects.put(key, text, tag)
  } catch (error) {
    // Our own write, whose answer was lost.
    if (!(error instanceof ChangedError) || (await objects.get(key))?.text !== text) throw error
  }
}

/** What an earlier holder has on its way is refused once the head is another one. */
function s3Journal(blobs: Blobs, confirm: (() => Promise<void>) | undefined): Journal {
  const journal = segmentedJournal(blobs, { confirm })
  return {
    ...journal,
    async claim(isTakenOver) {
      for (let isDone = !isTakenOver; !isDone; ) {
        isDone = await journal.begin((await journal.read()) ?? '').then(() => true, unlessChanged)
      }
    },
  }
}

function segmentBlobs(objects: S3Objects, bucket: string, key: string): Blobs {
  const at = (index: number, journal: string | undefined) => {
    const name = String(index).padStart(6, '0')
    return `${key}.journal/${index === 0 || journal === undefined ? name : `${journal}-${name}`}`
  }
  return {
    namesById: true,
    describe: (index, journal) => `s3://${bucket}/${at(index, journal)}`,
    get: (index, journal) => objects.get(at(index, journal)),
    put: (index, journal, text, expected) => objects.put(at(index, journal), text, expected),
    remove: (index, journal) => objects.remove(at(index, journal)),
  }
}
