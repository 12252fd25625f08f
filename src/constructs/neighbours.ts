// Mistakes that can only be seen with other customers in view: one domain twice, one invitation twice.
import { type TerraformProvider, TerraformStack } from 'cdktf'
import type { Construct, IConstruct } from 'constructs'
import { TavioProvider, User } from './generated/index.js'
import { isReference } from './reference.ts'

interface Entry {
  readonly customer: Construct
  readonly provider: TerraformProvider | undefined
}

interface Neighbours {
  readonly byDomain: Map<string, Entry[]>
  readonly checkedStacks: Set<TerraformStack>
}

// Constructs of one app find each other through its root only; a field of their own on it would be a hidden one too.
const neighbours = new WeakMap<IConstruct, Neighbours>()

/** Makes a customer known to the others of its app. Call once, before the app is synthesized. */
export function enter(
  customer: Construct,
  domain: string | undefined,
  provider: TerraformProvider | undefined,
) {
  const root = customer.node.root
  const app = neighbours.get(root) ?? { byDomain: new Map(), checkedStacks: new Set() }
  neighbours.set(root, app)
  const stack = TerraformStack.of(customer)
  if (!app.checkedStacks.has(stack)) {
    app.checkedStacks.add(stack)
    stack.node.addValidation({ validate: () => sharedInvitations(stack) })
  }
  if (!domain || isReference(domain)) return
  const entry = { customer, provider }
  const same = app.byDomain.get(domain) ?? []
  app.byDomain.set(domain, [...same, entry])
  customer.node.addValidation({ validate: () => sharedDomain(entry, same, domain) })
}

/** `earlier` are those of all stacks: only customers of different organizations may have one domain. */
function sharedDomain(entry: Entry, earlier: readonly Entry[], domain: string): string[] {
  const organization = organizationOf(entry.customer, entry.provider)
  const other = earlier.find((it) => organizationOf(it.customer, it.provider) === organization)
  if (other === undefined) return []
  return [
    `domain "${domain}" is also that of ${other.customer.node.path}: a domain names one customer of an organization. ` +
      'Give one of them another domain.',
  ]
}

/** Looks at every user of the stack, made by a customer or not. */
function sharedInvitations(stack: TerraformStack): string[] {
  const first = new Map<string, User>()
  return stack.node.findAll().flatMap((it) => {
    const email = it instanceof User ? it.emailInput : undefined
    if (!(it instanceof User) || !email || isReference(email)) return []
    const key = `${organizationOf(it, it.provider)}\n${email.toLowerCase()}`
    const other = first.get(key)
    first.set(key, other ?? it)
    if (other === undefined) return []
    return [
      `${other.node.path} and ${it.node.path} both invite "${email}", but a person is one user of the organization. ` +
        'Keep one of them, and pass it to the other customer as { user: … }.',
    ]
  })
}

/** Equal for what is certainly, or as far as an app can know, one organization. */
function organizationOf(construct: Construct, provider: TerraformProvider | undefined): string {
  const used = provider ?? TerraformStack.of(construct).node.children.find(isDefaultProvider)
  return used instanceof TavioProvider ? JSON.stringify([used.baseUrlInput, used.organizationInput]) : '[]'
}

function isDefaultProvider(construct: IConstruct): construct is TavioProvider {
  return construct instanceof TavioProvider && construct.alias === undefined
}
