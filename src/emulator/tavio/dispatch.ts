// Which calls the service offers under the present switches, and which call a request is.
import {
  type Route,
  type RouteKey,
  routeKeys,
  routeOf,
  type VariantName,
} from '../../systems/tavio/routes.ts'
import type { TavioSwitches } from './switches.ts'

/** Route keys by path pattern and verb. */
export type Offer = ReadonlyMap<string, ReadonlyMap<string, RouteKey>>

/** Every pattern that may be offered under some switches. */
export const patterns: readonly string[] = [
  ...new Set(
    routeKeys.flatMap((key) => {
      const route = routeOf(key)
      const variants = route.variants.filter(({ name }) => name !== 'no-environment-in-path')
      return [route.path, ...variants.map(({ path }) => path)]
    }),
  ),
]

/** What is offered under these switches. */
export function offerOf(switches: TavioSwitches): Offer {
  const offer = new Map<string, Map<string, RouteKey>>()
  const add = (key: RouteKey, { method, path }: Pick<Route, 'method' | 'path'>) => {
    const verbs = offer.get(path) ?? new Map<string, RouteKey>()
    // Where enabling shares verb and path with the update, it is the update, which looks at the body.
    if (!verbs.has(method)) verbs.set(method, key)
    offer.set(path, verbs)
  }
  for (const key of routeKeys) for (const shape of shapesOf(key, switches)) add(key, shape)
  return offer
}

function shapesOf(key: RouteKey, switches: TavioSwitches): readonly Pick<Route, 'method' | 'path'>[] {
  const route = routeOf(key)
  const variant = (name: VariantName) => route.variants.filter((candidate) => candidate.name === name)
  switch (key) {
    case 'clientToken':
      return switches.tokenUrl === 'root' ? variant('root-token-url') : [route, ...variant('root-token-url')]
    case 'connect':
      return switches.connectVerb === 'POST' ? [route] : variant('connect-put')
    case 'currentUser':
      if (switches.currentUserPath === '/me') return [route]
      return variant(switches.currentUserPath === '/users/me' ? 'users-me' : 'auth-me')
    case 'readUser':
      return switches.readUser ? [route] : []
    case 'updateUser':
    case 'updateEnvironment':
    case 'updateConfiguration':
      return switches.updateVerb === 'PUT' ? [route] : variant('patch')
    case 'updateDeployment':
      return [
        ...(switches.updateVerb === 'PUT' || switches.enableShape === 'put' ? [route] : []),
        ...(switches.updateVerb === 'PATCH' || switches.enableShape === 'patch' ? variant('patch') : []),
      ]
    case 'enableDeployment':
    case 'disableDeployment':
      if (switches.enableShape === 'action-post') return [route]
      return switches.enableShape === 'action-put' ? variant('action-put') : []
    case 'grantOrganizationAccess':
    case 'grantEnvironmentAccess':
      if (switches.accessShape === 'path-put') return [route]
      return variant(switches.accessShape === 'path-post' ? 'role-post' : 'role-in-body')
    case 'revokeOrganizationAccess':
    case 'revokeEnvironmentAccess':
      return switches.accessShape === 'body-post' ? variant('role-in-body') : [route]
    case 'listSolutions':
    case 'readSolution':
      return switches.solutionScope === 'organization' ? [route] : variant('in-environment')
    case 'listConfigurations':
    case 'readConfiguration':
      return switches.readConfigurations ? [route] : []
    case 'deleteUser':
    case 'deleteConfiguration':
    case 'deleteDeployment':
      return switches.deletes ? [route] : []
    default:
      return [route]
  }
}
