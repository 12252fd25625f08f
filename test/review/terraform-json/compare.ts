// Two JSON documents, side by side, and in what they may differ.

/** One place where they differ; undefined where there is nothing. */
export interface Difference {
  readonly path: string
  readonly ours: unknown
  readonly theirs: unknown
}

export interface Tolerance {
  readonly path: RegExp
  readonly because: string
  readonly allows: (difference: Difference) => boolean
}

/** Every difference between Terraform's documents and ours that is meant, or that we live with. */
export const tolerated: readonly Tolerance[] = [
  {
    path: /(^|\.)hubform$/,
    because: 'what Terraform has no word for is under one key of our own',
    allows: ({ theirs }) => theirs === undefined,
  },
  {
    path: /^timestamp$/,
    because: 'it is the time of the plan',
    allows: ({ ours, theirs }) =>
      [ours, theirs].every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(time))),
  },
  {
    path: /./,
    because: 'sensitive values are null; the marks beside them say where',
    allows: ({ ours, theirs }) => ours === null && JSON.stringify(theirs)?.includes('canary') === true,
  },
  {
    path: /./,
    because: 'a secret is hidden also where neither program has a mark, such as where a state has lost it',
    allows: ({ ours, theirs }) =>
      String(ours).includes('(sensitive value)') && String(theirs).includes('canary'),
  },
  {
    path: /\.before_sensitive\./,
    because: 'what becomes a secret is hidden as it was, too: it may be the same',
    allows: ({ ours, theirs }) => ours === true && theirs === undefined,
  },
  {
    path: /(after_sensitive|sensitive_values)\./,
    because:
      'an unknown value has no type here, so it is not said that it will be a list or an object without marks',
    allows: ({ ours, theirs }) => ours === undefined && ['[]', '{}'].includes(JSON.stringify(theirs)),
  },
  {
    path: /\.depends_on$/,
    because: 'Terraform records indirect dependencies, too',
    allows: ({ ours, theirs }) =>
      ((ours as string[] | undefined) ?? []).every((one) => (theirs as string[]).includes(one)),
  },
  {
    path: /^checks$/,
    because: 'that variables were valid is not recorded in state',
    allows: ({ ours }) => ours === undefined,
  },
]

/** All differences that no tolerance allows. */
export function differences(ours: unknown, theirs: unknown): readonly Difference[] {
  return allDifferences(ours, theirs, '').filter(
    (difference) => !tolerated.some(({ path, allows }) => path.test(difference.path) && allows(difference)),
  )
}

function allDifferences(ours: unknown, theirs: unknown, path: string): Difference[] {
  const here = { path, ours, theirs }
  if (ours === undefined || theirs === undefined) return ours === theirs ? [] : [here]
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    if (/depends_on$/.test(path)) return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [here]
    return Array.from({ length: Math.max(ours.length, theirs.length) }, (_, i) =>
      allDifferences(ours[i], theirs[i], `${path}[${i}]`),
    ).flat()
  }
  if (isObject(ours) && isObject(theirs)) {
    return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap((key) =>
      allDifferences(ours[key], theirs[key], path === '' ? key : `${path}.${key}`),
    )
  }
  return Object.is(ours, theirs) ? [] : [here]
}

function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
