// Where each fact comes from that our docs call documented. Written from the vendor's texts, not from the code.

/** `overview`: the overview of the public API. `login`, `renew`: the pages of these calls. `listing`: a public list of the API's operations and fields. */
export type Source = 'overview' | 'login' | 'renew' | 'listing'

/** By page of the docs; `name` or `name.name` for a nested one. What is not here must be marked inferred. */
export const documentedAttributes: {
  readonly [page: string]: { readonly [attribute: string]: Source }
} = {
  'README.md': {
    base_url: 'login',
    organization: 'login',
    client_id: 'overview',
    client_secret: 'overview',
    username: 'login',
    password: 'login',
  },
  'environment.md': { domain: 'overview' },
  'user.md': {
    email: 'login',
    username: 'login',
    first_name: 'login',
    last_name: 'login',
    id: 'login',
    status: 'listing',
    invite_expired: 'listing',
    mfa_required: 'listing',
    mfa_configured: 'listing',
  },
  'organization-access.md': { role: 'overview' },
  'environment-access.md': { environment: 'overview', role: 'overview' },
  'configuration.md': {
    environment: 'overview',
    solution_id: 'overview',
    values: 'overview',
    secret_values: 'overview',
  },
  'deployment.md': {
    environment: 'overview',
    solution_id: 'overview',
    configuration_ids: 'overview',
    enabled: 'overview',
  },
  'data-environment.md': { domain: 'overview' },
  'data-environments.md': { environments: 'overview', 'environments.domain': 'overview' },
  'data-solutions.md': { solutions: 'overview' },
  'data-solution.md': {},
  'data-user.md': { ...userFields(''), roles: 'listing' },
  'data-users.md': { users: 'listing', ...userFields('users.') },
  'ephemeral-organization-token.md': { token: 'login', expires_in: 'login' },
  'ephemeral-environment-token.md': { environment: 'overview', token: 'login', expires_in: 'login' },
  'data-current-user.md': { ...userFields(''), roles: 'listing' },
}

/** Beginnings of the notes that may be called documented. */
export const documentedNotes: { readonly [beginning: string]: Source } = {
  'Client credentials are made in the product': 'overview',
  'A user signs in with username and password': 'overview',
  'Signing in and connecting are answered with 404': 'listing',
  'The service offers creating, listing, reading, changing and deleting environments': 'overview',
  'Creating a user sends an invitation': 'listing',
  'The documentation of the API names the roles': 'overview',
  'A configuration holds the credentials': 'overview',
  'Creating a deployment activates a solution': 'overview',
  'The service lists environments': 'overview',
  'Solutions can be looked at and not be changed': 'overview',
  'The service lists solutions': 'overview',
  'The service lists users, and leaves their roles out': 'listing',
  'The service tells who is signed in': 'listing',
}

function userFields(prefix: string): { readonly [attribute: string]: Source } {
  const names = ['id', 'email', 'username', 'first_name', 'last_name', 'status']
  const flags = ['invite_expired', 'mfa_required', 'mfa_configured']
  return Object.fromEntries([...names, ...flags].map((name) => [prefix + name, 'listing']))
}
