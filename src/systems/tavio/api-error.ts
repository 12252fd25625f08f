// An answer that says no, in words.
import { DiagnosticError, problem } from '../../diagnostics.ts'

/** The service refused. `status` is that of the answer's status line; the message is free of secrets. */
export class ApiError extends DiagnosticError {
  readonly status: number
  readonly detail: string

  constructor(status: number, detail: string, options?: ErrorOptions) {
    super(problem(summaryOf(status), detail), options)
    this.name = 'ApiError'
    this.status = status
    this.detail = detail
  }
}

/** The service would not let the account into an environment. Says nothing of whether the environment exists. */
export class ConnectError extends ApiError {}

/** True for a refusal with one of the statuses. */
export function isRefusal(error: unknown, ...statuses: readonly number[]): error is ApiError {
  return error instanceof ApiError && statuses.includes(error.status)
}

const summaries: Readonly<Record<number, string>> = {
  400: 'Request refused',
  401: 'Not signed in',
  403: 'Access denied',
  404: 'Not found',
  405: 'Not offered by service',
  409: 'Conflict in the service',
  429: 'Too many requests',
}

function summaryOf(status: number): string {
  return summaries[status] ?? (status >= 500 ? 'Failure in the service' : 'Unexpected answer')
}
