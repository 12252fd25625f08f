// What an error of the database means to a person.
import { DiagnosticError, problem } from '../../diagnostics.ts'

const denied = '42501'
const noTable = '42P01'
const noSchema = '3F000'

/** True if there is nothing there yet. */
export function isMissingTable(error: unknown): boolean {
  const code = codeOf(error)
  return code === noTable || code === noSchema
}

/** A diagnostic for a failed query or connection; anything else comes back as it is. `act` reads "read the state". */
export function pgFault(error: unknown, act: string, description: string): unknown {
  if (error instanceof DiagnosticError || !(error instanceof Error)) return error
  const code = codeOf(error)
  if (code === undefined && !/connect|terminat|timeout|ECONN|SSL|socket/i.test(error.message)) return error
  const [summary, advice] = isPermission(code)
    ? [
        'No permission for state',
        'Give this user the rights; or have the tables of Terraform and of Hubform made by one who has them, by running "hubform plan" once, and let this user read and write all tables in that schema.',
      ]
    : isRefusal(code)
      ? ['State database not reachable', 'Correct the connection string, or start the server.']
      : ['State database refused', 'Nothing was changed by this. Repair the cause and run the command again.']
  const detail = `Hubform could not ${act} at ${description}: ${said(error)}. ${advice}`
  return new DiagnosticError(problem(summary, detail), { cause: error })
}

function said({ message }: Error): string {
  return message.replace(/\.$/, '')
}

function isPermission(code: string | undefined): boolean {
  return code === denied
}

function isRefusal(code: string | undefined): boolean {
  return code === undefined || /^(08|28|3D|57P|E[A-Z]+)/.test(code)
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : undefined
}
