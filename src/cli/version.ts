// The version of this package.
import { readFileSync } from 'node:fs'

/** As in package.json, which is two folders above, in `src` as in `dist`, bundled or not. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
