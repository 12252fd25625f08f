// What a customer's properties must look like. They may come from a file, so that types prove nothing.
import { didYouMean } from '../schema/suggest.ts'
import { isReference } from './reference.ts'

type Shape =
  | { readonly kind: 'construct' }
  | { readonly kind: 'scalar'; readonly types: readonly string[] }
  | { readonly kind: 'list' | 'map'; readonly element: Shape }
  | { readonly kind: 'fields'; readonly fields: { readonly [name: string]: Shape } }
  | { readonly kind: 'user' }

const construct: Shape = { kind: 'construct' }
const text: Shape = { kind: 'scalar', types: ['string'] }
const flag: Shape = { kind: 'scalar', types: ['boolean'] }
const setting: Shape = { kind: 'scalar', types: ['string', 'number', 'boolean'] }
const list = (element: Shape): Shape => ({ kind: 'list', element })
const map = (element: Shape): Shape => ({ kind: 'map', element })
const fields = (of: { readonly [name: string]: Shape }): Shape => ({ kind: 'fields', fields: of })

const existingUser = fields({ user: construct, environmentRoles: list(text) })
const newUser = fields({
  email: text,
  id: text,
  username: text,
  firstName: text,
  lastName: text,
  organizationRoles: list(text),
  environmentRoles: list(text),
  onDestroy: text,
})
const customer = fields({
  name: text,
  domain: text,
  description: text,
  users: list({ kind: 'user' }),
  configurations: map(
    fields({ solution: text, solutionId: text, values: map(setting), secretValues: map(text) }),
  ),
  deployments: map(
    fields({
      configurations: list(text),
      enabled: flag,
      timeouts: map(text),
    }),
  ),
  provider: construct,
})

/** `wrong` are values nothing can be made of; `unknown` are properties that would be ignored. */
export interface Misshapen {
  readonly wrong: readonly string[]
  readonly unknown: readonly string[]
}

/** Says where properties do not look like `CustomerProps`, in full sentences that begin with the property. */
export function checkShape(props: object): Misshapen {
  const wrong: string[] = []
  const unknown: string[] = []
  visit(customer, props, '')
  return { wrong, unknown }

  function visit(shape: Shape, value: unknown, where: string): void {
    if (value === undefined || isReference(value)) return
    const expected = expectation(shape)
    if (!fits(shape, value)) {
      wrong.push(`${where || 'a customer'} must be ${expected}, not ${describe(value)}.`)
    } else if (shape.kind === 'user') {
      visit('user' in (value as object) ? existingUser : newUser, value, where)
    } else if (shape.kind === 'list') {
      for (const [i, element] of (value as readonly unknown[]).entries()) {
        visitElement(shape.element, element, `${where}[${i}]`)
      }
    } else if (shape.kind === 'map') {
      for (const [key, element] of Object.entries(value as object)) {
        visitElement(shape.element, element, `${where}.${key}`)
      }
    } else if (shape.kind === 'fields') {
      visitFields(shape.fields, value as object, where === '' ? '' : `${where}.`)
    }
  }

  /** Unlike a property, an element of a list or map cannot be left undefined. */
  function visitElement(shape: Shape, value: unknown, where: string): void {
    visit(shape, value === undefined ? null : value, where)
  }

  function visitFields(of: { readonly [name: string]: Shape }, value: object, before: string): void {
    for (const [name, inner] of Object.entries(value)) {
      const shape = Object.hasOwn(of, name) ? of[name] : undefined
      if (shape !== undefined) visit(shape, inner, before + name)
      else {
        const hint = didYouMean(name, Object.keys(of))
        unknown.push(`${before}${name} is not a property that a customer can have.${hint}`)
      }
    }
  }
}

function fits(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case 'scalar':
      return shape.types.includes(typeof value)
    case 'list':
      return Array.isArray(value)
    case 'construct':
      return typeof value === 'object' && value !== null && 'node' in value
    default:
      return typeof value === 'object' && value !== null && !Array.isArray(value)
  }
}

function expectation(shape: Shape): string {
  switch (shape.kind) {
    case 'scalar':
      return shape.types.map((it) => `a ${it}`).join(' or ')
    case 'list':
      return 'a list'
    case 'construct':
      return 'a construct'
    default:
      return 'an object'
  }
}

/** The kind of a value and never its content, which may be a secret. */
function describe(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
