// What a server that keeps states, or its silence, means to a person.
import { DiagnosticError, fail, problem } from '../../diagnostics.ts'

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

/** For an answer that is no success. `act` reads "read the state". */
export function httpRefused({ status, text }: HttpAnswer, act: string, description: string): never {
  const said = text.trim().slice(0, 300)
  const words = said === '' || said.startsWith('<') ? '' : ` and said: ${said.replace(/\.$/, '')}`
  if (status === 401 || status === 403)
    return fail(
      'No permission for state',
      `Hubform could not ${act} at ${description}: the server answered ${status}${words}. Check username and password (TF_HTTP_USERNAME, TF_HTTP_PASSWORD), and that this user may do that.`,
    )
  return fail(
    'State server refused',
    `Hubform could not ${act} at ${description}: the server answered ${status}${words}. Repair the cause and run the command again.`,
  )
}

export function httpUnreachable(error: unknown, act: string, url: string): unknown {
  if (error instanceof DiagnosticError || !(error instanceof Error)) return error
  const { host } = new URL(url)
  const reason = (error.message || String((error as { code?: unknown }).code)).replace(/\.$/, '')
  const detail = `Hubform could not ${act}: ${host} did not answer (${reason}). Correct the address, or wait until the server is back, and run the command again.`
  return new DiagnosticError(problem('State server not reachable', detail), { cause: error })
}

export function httpDamaged(act: string, url: string): never {
  return fail(
    'Answer is damaged',
    `Hubform could not ${act}: what ${new URL(url).host} sent does not match the Content-MD5 that came with it. Something in between cut or changed it; run the command again.`,
  )
}
