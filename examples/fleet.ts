// Many customers from one file. Each key of `customers` is a customer's domain; the support desk of the organization
// is one user who helps them all.
import { readFileSync } from 'node:fs'
import { App, TerraformStack } from 'cdktf'
import type { Construct } from 'constructs'
import { Customer, type CustomerProps, type NewUser, TavioProvider, User } from 'hubform/tavio'

interface Fleet {
  readonly support: Pick<NewUser, 'email' | 'firstName' | 'lastName'>
  readonly customers: { readonly [domain: string]: Omit<CustomerProps, 'domain' | 'provider'> }
}

class FleetStack extends TerraformStack {
  constructor(scope: Construct, id: string, fleet: Fleet) {
    super(scope, id)
    new TavioProvider(this, 'tavio')
    const support = new User(this, 'support', fleet.support)

    for (const [domain, props] of Object.entries(fleet.customers)) {
      const users = [...(props.users ?? []), { user: support, environmentRoles: ['support'] }]
      new Customer(this, domain, { ...props, domain, users }).output()
    }
  }
}

// The file may say anything; what it gets wrong is reported by the synthesis, with the customer's path.
const fleet = JSON.parse(readFileSync(new URL('fleet.json', import.meta.url), 'utf8')) as Fleet
const app = new App()
new FleetStack(app, 'fleet', fleet)
app.synth()
