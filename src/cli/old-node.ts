// Which Node will do.

/** Why a version of Node, such as `v20.1.0`, will not do; undefined if it will. `path` is where it is. */
export function refuseNode(version: string, path: string): string | undefined {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return undefined
  return `Hubform needs Node 22.18 or newer, and the one on the PATH, ${path}, is ${version}. Put a newer one first on the PATH.`
}
