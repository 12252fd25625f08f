// systems/tavio/: the Tavio service. Routes, wire shapes, sign-in and client below; resources and data sources above.
//
// What resources may ask of the service. A Reader has nothing that changes it.
import type { Fingerprints } from './fingerprint.ts'
import type { StatusWords } from './status.ts'
import type {
  Raw,
  Requests,
  ServedConfiguration,
  ServedDeployment,
  ServedEnvironment,
  ServedSolution,
  ServedUser,
} from './wire.ts'

/** The service offers no way to read this, so nothing can be said about it, least of all that it is gone. */
export const UNREADABLE: unique symbol = Symbol('unreadable')
export type Unreadable = typeof UNREADABLE

/** A token made to be given away. */
export interface LentToken {
  readonly token: string
  readonly expiresIn: number | null
  /** By this machine's clock. Null if nobody says. */
  readonly endsAt: Date | null
}

/** An object inside an environment. */
export interface Inside {
  readonly environment: string
  readonly id: string
}

/**
 * Reads. May answer from memory what it was asked before.
 *
 * Lists are undefined when the service does not offer them; objects are undefined when they are gone, on proof.
 */
export interface Reader {
  readonly words: StatusWords
  readonly fingerprints: Fingerprints
  /** True the first time a topic is named on this connection: for warnings that would repeat. */
  readonly once: (topic: string) => boolean
  /** From now on asks anew for what was read. */
  readonly forget: () => void

  /** A token of its own, of the organization or of an environment, and the seconds it lives; null if nobody says. */
  readonly lendToken: (environment: string | undefined) => Promise<LentToken>
  readonly currentUser: (signal: AbortSignal) => Promise<ServedUser>
  readonly users: (signal: AbortSignal) => Promise<readonly ServedUser[] | undefined>
  readonly user: (id: string, signal: AbortSignal) => Promise<ServedUser | undefined>
  readonly environments: (signal: AbortSignal) => Promise<readonly ServedEnvironment[] | undefined>
  readonly environment: (domain: string, signal: AbortSignal) => Promise<ServedEnvironment | undefined>
  readonly members: (domain: string, signal: AbortSignal) => Promise<readonly ServedUser[] | undefined>
  /** The environment is used only where the service keeps solutions inside environments. */
  readonly solutions: (
    environment: string | undefined,
    signal: AbortSignal,
  ) => Promise<readonly ServedSolution[] | undefined>
  /** Undefined also when it cannot be found for lack of an environment. */
  readonly solution: (
    id: string,
    environment: string | undefined,
    signal: AbortSignal,
  ) => Promise<ServedSolution | undefined>
  readonly configurations: (
    environment: string,
    signal: AbortSignal,
  ) => Promise<readonly ServedConfiguration[] | undefined>
  readonly configuration: (
    which: Inside,
    signal: AbortSignal,
  ) => Promise<ServedConfiguration | undefined | Unreadable>
  readonly deployments: (
    environment: string,
    signal: AbortSignal,
  ) => Promise<readonly ServedDeployment[] | undefined>
  readonly deployment: (which: Inside, signal: AbortSignal) => Promise<ServedDeployment | undefined>
}

/** The answer to a create. */
export interface Created<T> {
  /** What the answer told; may lack anything. */
  readonly served: T
  /** From the answer or its Location header. */
  readonly id: string | undefined
}

/** What became of a delete: `refused` if the service does not offer it. */
export type Deleted = 'deleted' | 'gone' | 'refused'

/** Gives the keys that the service served last, to be sent back unchanged in a full replacement. */
export type LastRead = () => Promise<Raw | undefined>

/** Where a role is held: in the organization, or in an environment. */
export interface Grant {
  readonly environment?: string
  readonly userId: string
  readonly role: string
}

/** Reads always ask the service, except for solutions, which nobody here can change. */
export interface Writer extends Reader {
  /** Runs works with the same key one after another. */
  readonly exclusively: <T>(key: string, work: () => Promise<T>) => Promise<T>

  /**
   * Ids of the users that were there when this was first asked: ask before creating one. A service may answer a
   * second invitation with the user that exists; only by this can that be told from a new one.
   */
  readonly usersBefore: (signal: AbortSignal) => Promise<ReadonlySet<string>>
  readonly createUser: (body: Requests['createUser'], signal: AbortSignal) => Promise<Created<ServedUser>>
  /** Updates give what the answer tells, which may be nothing. */
  readonly updateUser: (
    id: string,
    body: Requests['updateUser'],
    last: LastRead,
    signal: AbortSignal,
  ) => Promise<ServedUser>
  readonly deleteUser: (id: string, signal: AbortSignal) => Promise<Deleted>

  readonly createEnvironment: (
    body: Requests['createEnvironment'],
    signal: AbortSignal,
  ) => Promise<Created<ServedEnvironment>>
  readonly updateEnvironment: (
    domain: string,
    body: Requests['updateEnvironment'],
    last: LastRead,
    signal: AbortSignal,
  ) => Promise<ServedEnvironment>
  readonly deleteEnvironment: (domain: string, signal: AbortSignal) => Promise<Deleted>

  /** The user, as far as the answer tells. */
  readonly grant: (grant: Grant, signal: AbortSignal) => Promise<ServedUser>
  readonly revoke: (grant: Grant, signal: AbortSignal) => Promise<Deleted>

  readonly createConfiguration: (
    environment: string,
    body: Requests['createConfiguration'],
    signal: AbortSignal,
  ) => Promise<Created<ServedConfiguration>>
  readonly updateConfiguration: (
    which: Inside,
    body: Requests['updateConfiguration'],
    last: LastRead,
    signal: AbortSignal,
  ) => Promise<ServedConfiguration>
  readonly deleteConfiguration: (which: Inside, signal: AbortSignal) => Promise<Deleted>

  readonly createDeployment: (
    environment: string,
    body: Requests['createDeployment'],
    signal: AbortSignal,
  ) => Promise<Created<ServedDeployment>>
  readonly updateDeployment: (
    which: Inside,
    body: Requests['updateDeployment'],
    last: LastRead,
    signal: AbortSignal,
  ) => Promise<ServedDeployment>
  /** Enables or disables; the answer may tell nothing. Throws ApiError 409 while the deployment is in transition. */
  readonly setEnabled: (
    which: Inside,
    enabled: boolean,
    last: () => Promise<Requests['updateDeployment']>,
    signal: AbortSignal,
  ) => Promise<ServedDeployment>
  readonly deleteDeployment: (which: Inside, signal: AbortSignal) => Promise<Deleted>
}
