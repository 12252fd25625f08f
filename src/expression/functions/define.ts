// What a function is, and the parameters it can have. The rules that hold for all calls are in `../call.ts`.
import type { Num } from '../../schema/number.ts'
import { isWhole } from '../../schema/number.ts'
import type { ObjectValue, Value } from '../../schema/value.ts'
import { convert, type Shape, toNumber, toText } from '../convert.ts'
import type { Scope } from '../scope.ts'

/** One parameter. By default an argument is neither null, nor unknown in any part, nor marked in any part. */
export interface Param<T = unknown> {
  readonly name: string
  /** Converts an argument, or throws Mismatch. Must pass UNKNOWN and null through where they may occur. */
  readonly take: (value: Value) => T
  /** Null reaches the function. */
  readonly nullable?: true
  /** Unknown values reach the function, also as the whole argument. Otherwise the result is then unknown. */
  readonly unknowns?: true
  /** Marks reach the function, which answers for them. Otherwise they move to the whole result. */
  readonly marks?: true
}

/** What a function may need besides its arguments. */
export interface CallContext {
  readonly scope: Scope
  /** Evaluates the text of a template in which only `variables` can be used. */
  render(template: string, variables: ObjectValue): Value
}

/** An entry of the function table. Its arguments have been checked and converted by their parameters. */
export interface Func {
  readonly params: readonly Param[]
  /** Parameter of all further arguments. */
  readonly rest: Param | undefined
  /** Throws `Refusal` for an argument it cannot take and `Failure` for anything else; other errors are faults of ours. */
  readonly call: (args: readonly unknown[], context: CallContext) => Value
}

/** The function cannot answer. The message must not quote values. */
export class Failure extends Error {}

/** One argument is not acceptable. The message must not quote values. */
export class Refusal extends Failure {
  /** Position of the argument, from 0. */
  readonly index: number

  constructor(index: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.index = index
  }
}

type Taken<P extends readonly Param[]> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never }

/** A function with a fixed number of parameters. */
export function define<const P extends readonly Param[]>(
  params: P,
  call: (args: Taken<P>, context: CallContext) => Value,
): Func {
  // The call layer hands over what `take` of each parameter returned, which is what Taken says.
  return { params, rest: undefined, call: (args, context) => call(args as Taken<P>, context) }
}

/** A function that takes any number of further arguments. */
export function defineRest<const P extends readonly Param[], R>(
  params: P,
  rest: Param<R>,
  call: (args: Taken<P>, rest: readonly R[], context: CallContext) => Value,
): Func {
  const count = params.length
  return {
    params,
    rest,
    // As in `define`.
    call: (args, context) => call(args.slice(0, count) as Taken<P>, args.slice(count) as R[], context),
  }
}

/** Adds leave to pass null, unknown or marked arguments. */
export function allow<T>(param: Param<T>, ...what: readonly ('nullable' | 'unknowns' | 'marks')[]): Param<T> {
  return { ...param, ...Object.fromEntries(what.map((name) => [name, true])) }
}

export function str(name: string): Param<string> {
  return { name, take: (value) => toText(value).normalize() }
}

export function num(name: string): Param<Num> {
  return { name, take: toNumber }
}

export function anything(name: string): Param<Value> {
  return { name, take: (value) => value }
}

export function listOf(name: string, element: Shape): Param<readonly Value[]> {
  // Converting to a list yields an array.
  return { name, take: (value) => convert(value, { kind: 'list', element }) as readonly Value[] }
}

export function mapOf(name: string, element: Shape): Param<ObjectValue> {
  // Converting to a map yields an object.
  return { name, take: (value) => convert(value, { kind: 'map', element }) as ObjectValue }
}

/** A whole number small enough to count with. */
export function toInt(value: Num): number {
  // As far as 64 bits reach.
  if (typeof value !== 'number' || !isWhole(value) || Math.abs(value) >= 2 ** 63)
    throw new Failure('a whole number is required')
  return value
}

/** A whole number, as a parameter. */
export function int(name: string): Param<number> {
  return { name, take: (value) => toInt(toNumber(value)) }
}
