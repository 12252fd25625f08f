// Shared words: a way into a value.

/** A step is an attribute or key name, or an index from 0. An element of a set is addressed by its index in canonical order. */
export type PathStep = string | number
export type Path = readonly PathStep[]

/** As Terraform writes it: `values["api key"]`, `ids[0]`, `timeouts.create`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${JSON.stringify(step)}]`
  }
  return text
}

/** True if `path` is `prefix` or leads into it. */
export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((step, i) => path[i] === step)
}
