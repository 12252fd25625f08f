// Fixed cases in which we differ from Terraform and mean to; `docs/differences.md` says why.

/** By the name of the case. Each must still differ: one that no longer does has to be taken off. */
export const declared: ReadonlySet<string> = new Set([
  'as input: an exact number',
  'as input: a conditional with null',
  'a check whose look-up finds nothing',
  'a null variable',
  'a null list',
  'a given null that is allowed',
])
