// Names of workspaces, and what is wrong with them, in the same words for every backend.
import { fail } from '../diagnostics.ts'

/** Throws a diagnostic unless a name is one that Terraform would take: what is left as it is in a URL. */
export function checkWorkspaceName(name: string): void {
  if (name !== '' && encodeURIComponent(name) === name) return
  fail(
    'Invalid workspace name',
    `${JSON.stringify(name)} is not a name for a workspace. Use letters, digits, "-", "_" and ".".`,
  )
}

export function workspaceExists(name: string, where: string): never {
  return fail(
    'Workspace exists already',
    `There is a workspace "${name}" in ${where} already. Take it with "hubform workspace select ${name}".`,
  )
}
