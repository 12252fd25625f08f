// Diagnostics as Terraform's JSON has them.
import type { Diagnostic } from '../diagnostics.ts'

/** Severity, summary and detail; the address and the range where they are known. A range is the place of its start. */
export function diagnosticJson({ severity, summary, detail, where }: Diagnostic): object {
  const start = { line: where?.line ?? 1, column: where?.column ?? 1, byte: 0 }
  return {
    severity,
    summary,
    detail,
    ...(where?.address === undefined ? {} : { address: where.address }),
    ...(where?.file === undefined ? {} : { range: { filename: where.file, start, end: start } }),
  }
}
