// Writes the generated part of the docs. The rest of this folder is written by hand.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { providerDocs } from '../src/provider/docs.ts'
import { tavio } from '../src/systems/tavio/provider.ts'
import { callsPage } from './calls.ts'
import { cliPage } from './cli.ts'
import { differencesPage } from './differences.ts'
import { expressionsPage } from './expressions.ts'

/** Folders in which everything is generated; what is not in `generatedPages` does not belong there. */
export const generatedFolders = ['tavio'] as const

/** Every generated page, by its path below `docs`. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const links = ['- [Calls of the API](calls.md): which are documented, and what is tried otherwise.']
  return new Map([
    ...[...providerDocs(tavio, links)].map(([file, text]) => [`tavio/${file}`, text] as const),
    ['tavio/calls.md', callsPage()],
    ['differences.md', differencesPage()],
    ['expressions.md', expressionsPage()],
    ['cli.md', await cliPage()],
  ])
}

if (import.meta.main) {
  const pages = await generatedPages()
  for (const [path, text] of pages) {
    mkdirSync(dirname(join(import.meta.dirname, path)), { recursive: true })
    writeFileSync(join(import.meta.dirname, path), text)
  }
  // Only once everything is written: a page that cannot be made must not take the others with it.
  for (const folder of generatedFolders) {
    for (const file of readdirSync(join(import.meta.dirname, folder)))
      if (!pages.has(`${folder}/${file}`)) rmSync(join(import.meta.dirname, folder, file))
  }
}
