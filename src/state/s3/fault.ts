// What an error of an S3 server, or its silence, means to a person.
import { DiagnosticError, problem } from '../../diagnostics.ts'

/** The status of the answer; undefined when there was none. */
export function s3Status(error: unknown): number | undefined {
  const { $metadata: metadata } = (error ?? {}) as { $metadata?: { httpStatusCode?: unknown } }
  return typeof metadata?.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
}

/** A diagnostic for a failed call. `act` reads "read". */
export function s3Fault(error: unknown, act: string, address: string): unknown {
  if (error instanceof DiagnosticError || !(error instanceof Error)) return error
  const [summary, advice] = describe(error)
  const said = (error.message || error.name).replace(/\.$/, '')
  const name = error.name === 'Error' || said.startsWith(error.name) ? '' : `${error.name}: `
  const detail = `Hubform could not ${act} ${address}: ${name}${said}. ${advice}`
  return new DiagnosticError(problem(summary, detail), { cause: error })
}

function describe(error: Error): readonly [summary: string, advice: string] {
  if (error.name === 'NoSuchBucket')
    return ['Bucket is missing', 'Create the bucket, or correct its name; Hubform creates none.']
  if (/Credentials|Token/.test(error.name))
    return ['No credentials for state', 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile.']
  const status = s3Status(error)
  if (status === 401 || status === 403)
    return [
      'No permission for state',
      'Beside the state itself, Hubform reads, writes and removes objects whose keys begin with its key: the lock, the journal and a backup. Allow that, and listing the bucket.',
    ]
  if (status === 501 || status === 400)
    return ['State server refused', 'The server must know conditional writes (If-Match and If-None-Match).']
  if (status !== undefined) return ['State server refused', 'Repair the cause and run the command again.']
  return ['State server not reachable', 'Check region and endpoint, and run the command again.']
}
