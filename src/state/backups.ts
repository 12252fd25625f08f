// Earlier contents of a state: one for each run that changed it, the oldest pruned.
import { basename, join } from 'node:path'
import { fail } from '../diagnostics.ts'
import type { Disk } from './local/disk.ts'
import type { Environment } from './store.ts'

/** So many are kept unless HUBFORM_STATE_BACKUPS says otherwise. */
const USUAL = 10

/** How many earlier contents to keep; 0: none. */
export function countOfBackups(env: Environment): number {
  const text = env['HUBFORM_STATE_BACKUPS'] ?? ''
  if (text === '') return USUAL
  if (/^\d{1,4}$/.test(text)) return Number(text)
  return fail(
    'Unusable number of backups',
    'HUBFORM_STATE_BACKUPS must be a whole number from 0 to 9999: how many earlier contents of a state are kept.',
  )
}

/** The directory beside a state that they are in. */
export function backupsOf(state: string): string {
  return `${state}.backups`
}

/** What the next one is called: `<serial>-<time>.tfstate`. */
export function backupName(text: string, now: Date): string {
  // Wherever it comes from, the serial is among the first fields; a sealed state says it, too.
  const [, serial = '0'] = /"serial":\s*(\d{1,16})/.exec(text.slice(0, 4096)) ?? []
  return `${serial}-${now.toISOString().replaceAll(/[:.-]/g, '')}.tfstate`
}

/** When one of that name was kept; undefined if it is not ours. */
export function timeOfBackup(name: string): string | undefined {
  return /^\d+-(\d{8}T\d{9}Z)\.tfstate$/.exec(name)?.[1]
}

/** Which of them are too many: all but the latest `keep`. `newest` stays whatever the clock said; other names are not ours. */
export function oldBackups(names: readonly string[], keep: number, newest: string): readonly string[] {
  const found = names
    .map((name) => ({ name, time: timeOfBackup(name) ?? '' }))
    .filter(({ name, time }) => time !== '' && name !== newest)
    .sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0))
  return found.slice(Math.max(keep - 1, 0)).map(({ name }) => name)
}

/** Removes the oldest but `keep` from a directory. */
export function pruneBackups(disk: Disk, directory: string, keep: number, newest: string): void {
  for (const name of oldBackups(disk.list(directory), keep, basename(newest)))
    disk.remove(join(directory, name))
}
