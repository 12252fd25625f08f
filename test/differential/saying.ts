// Results in words, for a test that fails.
import type { CaseResult } from './batch.ts'

/** The cases that differ, and in what; empty if there are none. */
export function saying(results: readonly CaseResult[]): string {
  return results
    .filter(({ differences }) => differences.length > 0)
    .map(({ case: { name, because }, step, differences }) =>
      [
        `${name} (${because}), step ${step}:`,
        ...differences
          .slice(0, 5)
          .map(
            ({ subject, what, ours, theirs }) =>
              `  ${subject} ${what}\n    ours ${ours}\n    theirs ${theirs}`,
          ),
      ].join('\n'),
    )
    .join('\n')
}
