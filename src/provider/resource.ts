// provider/: the contract of a resource, and the one lifecycle that every caller uses. No engine, no service.
import type { Operation } from 'fast-json-patch'
import type { Diagnostic } from '../diagnostics.ts'
import type { Path } from '../path.ts'
import type {
  Attributes,
  ConfigOf,
  DraftOf,
  Evidence,
  FullConfigOf,
  PlannedOf,
  Schema,
  StateOf,
} from '../schema/attribute.ts'
import type { ObjectValue } from '../schema/value.ts'
import type { Call, WritingCall } from './call.ts'
import type { Collection } from './collection.ts'

/** The forms an object takes on its way: as recorded, as configured, as planned, and while some of it is unknown. */
export interface Shapes {
  readonly state: object
  readonly config: object
  readonly planned: object
  readonly draft: object
}

/** The forms that a schema's attributes give. */
export interface ShapesOf<A extends Attributes> extends Shapes {
  readonly state: StateOf<A>
  readonly config: FullConfigOf<A>
  readonly planned: PlannedOf<A>
  readonly draft: DraftOf<A>
}

/** The forms as callers see them. */
export interface AnyShapes extends Shapes {
  readonly state: ObjectValue
  readonly config: ObjectValue
  readonly planned: ObjectValue
  readonly draft: ObjectValue
}

/** One thing to know of behaviour, in full sentences for the docs. `documented`: a public text of the vendor says it. */
export interface Note {
  readonly text: string
  readonly evidence: Evidence
}

/** What a resource may add to a plan. */
export interface PlanAnswer<P> {
  /** Computed attributes whose planned value is known, or known to be unknown. Attributes the user sets are not allowed. */
  readonly computed?: Partial<P>
  /** Paths whose difference needs a new object, besides attributes marked `replace`. */
  readonly replace?: readonly Path[]
  readonly diagnostics?: readonly Diagnostic[]
}

/**
 * One kind of object of a service.
 *
 * Every function must be idempotent: creating is the exception that `repeatable` speaks of, deleting what is gone
 * succeeds. None may print, read the environment or wait by itself. `Reader` cannot send a mutating request.
 */
export interface ResourceDefinition<
  Reader,
  Writer extends Reader,
  A extends Attributes,
  T extends Shapes = ShapesOf<A>,
> {
  /** As in configuration, with the provider's prefix: `tavio_user`. */
  readonly type: string
  readonly schema: Schema<A>
  /**
   * What older versions of the schema recorded, brought forward: the function at place `n` takes an object of version
   * `n` and gives one of version `n + 1`. Pure, and total on whatever such a version may have recorded. Objects are as
   * state files hold them: sets are lists, a dynamic value is `{ value, type }`. Where there is none, attributes keep
   * their names, those that are gone are dropped, and new ones are null until the next read.
   */
  readonly upgrades?: readonly (((stored: ObjectValue) => ObjectValue) | undefined)[]
  readonly collection?: Collection<Reader, A, T['state']>
  /**
   * False when creating twice does harm that cannot be undone, as sending an invitation. Then a create whose outcome
   * is uncertain is never sent again, even if looking for the object finds nothing. Default true.
   */
  readonly repeatable?: boolean
  /**
   * Attributes that a create brings about only after the object is there, by further calls. A create that was cut off
   * may leave them otherwise, and is then gone on with by an update; any other difference means somebody else's object.
   */
  readonly later?: readonly (keyof A & string)[]
  /** Checks what no schema can say. No I/O; leaves may be unknown. Write-only attributes are included. */
  validate?(args: { config: T['draft'] }): readonly Diagnostic[]
  /** Looks ahead, with the service if need be. `planned` is what we would plan by ourselves. */
  plan?(
    args: Call & { client: Reader; prior: T['state'] | undefined; config: T['draft']; planned: T['draft'] },
  ): Promise<PlanAnswer<T['planned']>>
  /** Reads the object that `prior` names. Undefined means it is gone: only on proof, never on lack of access. */
  read(args: Call & { client: Reader; prior: T['state'] }): Promise<T['state'] | undefined>
  /** Throws UncertainOutcomeError when the service may have created the object without our knowing its id. */
  create(
    args: WritingCall<T['state']> & { client: Writer; config: T['config']; planned: T['planned'] },
  ): Promise<T['state']>
  /** Left out: every change replaces. `patch` leads from `prior` to `planned` (RFC 6902); unknown leaves are left out. */
  update?(
    args: WritingCall<T['state']> & {
      client: Writer
      config: T['config']
      prior: T['state']
      planned: T['planned']
      patch: readonly Operation[]
    },
  ): Promise<T['state']>
  delete(args: WritingCall<T['state']> & { client: Writer; prior: T['state'] }): Promise<void>
  /**
   * Finds the object a user names by its natural key or id. Undefined: there is none. Its result is then read. With a
   * collection, `id` may also be the values of its scope and identity, joined by slashes.
   */
  import?(args: Call & { client: Reader; id: string }): Promise<T['state'] | undefined>
  /** What to type after `hubform import ADDRESS`, for docs and messages: `acme/<configuration id>`. */
  readonly importId?: string
  /** One short example, in Terraform JSON, for the docs. */
  readonly example?: { readonly [attribute: string]: unknown }
  /** What destroying does and cannot do, what is waited for, what happens after a lost answer. */
  readonly notes?: readonly Note[]
}

/** A resource as callers see it: values instead of typed objects, the client opaque. */
export type Resource = ResourceDefinition<unknown, unknown, Attributes, AnyShapes>

/** One kind of look-up. */
export interface DataSourceDefinition<Reader, A extends Attributes, T extends Shapes = ShapesOf<A>> {
  readonly type: string
  readonly schema: Schema<A>
  validate?(args: { config: T['draft'] }): readonly Diagnostic[]
  /** Throws a diagnostic when there is no such object. */
  read(args: Call & { client: Reader; config: T['config'] }): Promise<T['state']>
  readonly example?: { readonly [attribute: string]: unknown }
  readonly notes?: readonly Note[]
}

export type DataSource = DataSourceDefinition<unknown, Attributes, AnyShapes>

/** Gives a resource its types from its schema, and forgets them again for callers. */
export function defineResource<Reader, Writer extends Reader = Reader>() {
  return <const A extends Attributes>(
    definition: ResourceDefinition<Reader, Writer, A>,
  ): Resource & Typed<A> =>
    // Callers hand over only objects that lifecycle.ts has made fit the schema, and the client that the same
    // provider's configure made, so the narrower types hold.
    definition as unknown as Resource & Typed<A>
}

/** Gives a data source its types from its schema, and forgets them again for callers. */
export function defineDataSource<Reader>() {
  return <const A extends Attributes>(definition: DataSourceDefinition<Reader, A>): DataSource & Typed<A> =>
    // As above.
    definition as unknown as DataSource & Typed<A>
}

declare const attributes: unique symbol

/** Remembers the attributes for `ConfigFor` and `StateFor`; nothing at run time. */
export interface Typed<A extends Attributes> {
  readonly [attributes]?: A
}

/** What a user writes for a resource: `ConfigFor<typeof user>`. */
export type ConfigFor<R> = R extends Typed<infer A> ? ConfigOf<A> : never
/** What state holds for a resource: `StateFor<typeof user>`. */
export type StateFor<R> = R extends Typed<infer A> ? StateOf<A> : never
