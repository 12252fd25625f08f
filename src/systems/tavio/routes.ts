// The one table of every call of the Tavio API, as plain data, used by the client and by the emulator alike: a
// correction of a path or a verb is an edit here. No code that sends, decodes or decides belongs in this file.

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * The token a call is made with.
 *
 * `organization`: OrgAuth or OrgAdminOAuth. `environment`: EnvAuth of that environment, or OrgAdminOAuth where the
 * service allows it. `user`: OrgAuth of a user if there is one, since a client is nobody.
 */
export type TokenScope = 'none' | 'organization' | 'environment' | 'user'

/**
 * How a variant departs from the main row. Routes that carry a variant of the same name change together: where a
 * grant takes its role in the body, so does the revoke.
 */
export type VariantName =
  | 'root-token-url'
  | 'connect-put'
  | 'users-me'
  | 'auth-me'
  | 'patch'
  | 'role-post'
  | 'role-in-body'
  | 'action-put'
  | 'enabled-in-patch'
  | 'enabled-in-put'
  | 'in-environment'
  | 'no-environment-in-path'

/** Another plausible spelling of a call. */
export interface RouteVariant {
  readonly name: VariantName
  readonly method: Method
  readonly path: string
  /** The key that moves from the path or the action word into the JSON body. */
  readonly bodyField?: 'role' | 'enabled'
  /** The token needed, where it is not that of the main row. */
  readonly scope?: TokenScope
}

export interface Route {
  readonly method: Method
  /** Begins with `/`, is relative to the base URL, and has `{placeholders}` for `fillPath`. */
  readonly path: string
  readonly scope: TokenScope
  readonly body: 'none' | 'json' | 'form'
  /** True if the call changes objects. Calls that only obtain a token do not. */
  readonly writes: boolean
  /** `documented` only if verb and path both are. */
  readonly evidence: 'documented' | 'inferred'
  /** In the order in which a client should try them, after the main row. */
  readonly variants: readonly RouteVariant[]
}

const organization = '/v1/{orgDomain}'
const users = `${organization}/users`
const user = `${users}/{userId}`
const environments = `${organization}/environments`
const environment = `${environments}/{envDomain}`
const member = `${environment}/users/{userId}`
const configuration = '/configurations/{configurationId}'
const deployment = '/deployments/{deploymentId}'

/** The same call for an EnvAuth that names its environment by itself. */
function bare(method: Method, tail: string): RouteVariant {
  return { name: 'no-environment-in-path', method, path: organization + tail }
}

function patch(path: string): RouteVariant {
  return { name: 'patch', method: 'PATCH', path }
}

function access(subject: string, method: 'PUT' | 'DELETE'): Route {
  return {
    method,
    path: `${subject}/access/{role}`,
    scope: 'organization',
    body: 'none',
    writes: true,
    evidence: 'inferred',
    variants: [
      ...(method === 'PUT'
        ? [{ name: 'role-post', method: 'POST', path: `${subject}/access/{role}` } as const]
        : []),
      {
        name: 'role-in-body',
        method: method === 'PUT' ? 'POST' : 'DELETE',
        path: `${subject}/access`,
        bodyField: 'role',
      },
    ],
  }
}

function toggle(word: 'enable' | 'disable'): Route {
  const path = environment + deployment
  return {
    method: 'POST',
    path: `${path}/${word}`,
    scope: 'environment',
    body: 'none',
    writes: true,
    evidence: 'inferred',
    variants: [
      { name: 'action-put', method: 'PUT', path: `${path}/${word}` },
      { name: 'enabled-in-patch', method: 'PATCH', path, bodyField: 'enabled' },
      // The body is that of an update, with `enabled` added: a PUT replaces the whole object.
      { name: 'enabled-in-put', method: 'PUT', path, bodyField: 'enabled' },
      bare('POST', `${deployment}/${word}`),
    ],
  }
}

/**
 * Every call by its name.
 *
 * `renew` has scope `organization`, but is sent with whichever user token is to be renewed. `createUser` sends an
 * invitation and must never be repeated blindly. The rows for deleting a user, configuration or deployment are in no
 * public text; expect 405.
 */
export const routes = {
  login: {
    method: 'POST',
    path: `${organization}/auth/login`,
    scope: 'none',
    body: 'json',
    writes: false,
    evidence: 'documented',
    variants: [],
  },
  renew: {
    method: 'POST',
    path: `${organization}/auth/token/renew`,
    scope: 'organization',
    body: 'none',
    writes: false,
    evidence: 'documented',
    variants: [],
  },
  connect: {
    method: 'POST',
    path: `${environment}/connect`,
    scope: 'organization',
    body: 'none',
    writes: false,
    evidence: 'inferred',
    variants: [{ name: 'connect-put', method: 'PUT', path: `${environment}/connect` }],
  },
  clientToken: {
    method: 'POST',
    path: `${organization}/oauth/token`,
    scope: 'none',
    body: 'form',
    writes: false,
    evidence: 'inferred',
    variants: [{ name: 'root-token-url', method: 'POST', path: '/oauth/token' }],
  },

  currentUser: {
    ...read(`${organization}/me`),
    scope: 'user',
    variants: [
      { name: 'users-me', method: 'GET', path: `${users}/me` },
      { name: 'auth-me', method: 'GET', path: `${organization}/auth/me` },
    ],
  },
  listUsers: read(users),
  createUser: write('POST', users),
  readUser: read(user),
  updateUser: { ...write('PUT', user), variants: [patch(user)] },
  deleteUser: { ...write('DELETE', user), body: 'none' },

  listEnvironments: read(environments),
  createEnvironment: write('POST', environments),
  readEnvironment: read(environment),
  updateEnvironment: { ...write('PUT', environment), variants: [patch(environment)] },
  deleteEnvironment: { ...write('DELETE', environment), body: 'none' },

  grantOrganizationAccess: access(user, 'PUT'),
  revokeOrganizationAccess: access(user, 'DELETE'),
  listMembers: read(`${environment}/users`),
  grantEnvironmentAccess: access(member, 'PUT'),
  revokeEnvironmentAccess: access(member, 'DELETE'),

  listSolutions: {
    ...read(`${organization}/solutions`),
    variants: [
      { name: 'in-environment', method: 'GET', path: `${environment}/solutions`, scope: 'environment' },
    ],
  },
  readSolution: {
    ...read(`${organization}/solutions/{solutionId}`),
    variants: [
      {
        name: 'in-environment',
        method: 'GET',
        path: `${environment}/solutions/{solutionId}`,
        scope: 'environment',
      },
    ],
  },

  createConfiguration: inEnvironment(write('POST', '/configurations')),
  updateConfiguration: inEnvironment(write('PUT', configuration), [patch(environment + configuration)]),
  listConfigurations: inEnvironment(read('/configurations')),
  readConfiguration: inEnvironment(read(configuration)),
  deleteConfiguration: inEnvironment({ ...write('DELETE', configuration), body: 'none' }),

  listDeployments: inEnvironment(read('/deployments')),
  createDeployment: inEnvironment(write('POST', '/deployments')),
  readDeployment: inEnvironment(read(deployment)),
  updateDeployment: inEnvironment(write('PUT', deployment), [patch(environment + deployment)]),
  deleteDeployment: inEnvironment({ ...write('DELETE', deployment), body: 'none' }),
  enableDeployment: toggle('enable'),
  disableDeployment: toggle('disable'),
} as const satisfies Record<string, Route>

export type RouteKey = keyof typeof routes

/** The row of a call, with the general type. */
export function routeOf(key: RouteKey): Route {
  return routes[key]
}

/** All keys, in the order of the table. */
export const routeKeys = Object.keys(routes) as readonly RouteKey[]

/**
 * Puts values into the placeholders of a path, each percent-encoded as one segment.
 *
 * Throws TypeError if a placeholder has no value, or one that would not stay a segment of its own (empty, `.`, `..`):
 * the request would reach another address than meant.
 */
export function fillPath(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    if (value === undefined || value === '' || value === '.' || value === '..')
      throw new TypeError(`no usable value for {${name}} in ${template}`)
    return encodeURIComponent(value)
  })
}

function read(path: string): Route {
  return {
    method: 'GET',
    path,
    scope: 'organization',
    body: 'none',
    writes: false,
    evidence: 'inferred',
    variants: [],
  }
}

function write(method: Method, path: string): Route {
  return {
    method,
    path,
    scope: 'organization',
    body: 'json',
    writes: true,
    evidence: 'inferred',
    variants: [],
  }
}

/** A row below one environment, from a row whose path is only the tail. */
function inEnvironment(tail: Route, variants: readonly RouteVariant[] = []): Route {
  return {
    ...tail,
    path: environment + tail.path,
    scope: 'environment',
    variants: [...variants, bare(tail.method, tail.path)],
  }
}
