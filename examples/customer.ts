// One customer with everything: environment, users and roles, configured and deployed solutions.
//
// Plan it with `hubform plan customer`. The service and the credentials come from TAVIO_* environment variables, the
// secrets of the customer from variables, for example TF_VAR_invoice_client_secret.
import { App, TerraformStack, TerraformVariable } from 'cdktf'
import type { Construct } from 'constructs'
import { Customer, TavioProvider } from 'hubform/tavio'

class CustomerStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id)
    new TavioProvider(this, 'tavio')

    const acme = new Customer(this, 'acme', {
      name: 'Acme Corporation',
      domain: 'acme',
      description: 'Wholesale; contract 2026-114.',
      users: [
        {
          email: 'ada@acme.example',
          firstName: 'Ada',
          lastName: 'Archer',
          environmentRoles: ['developer'],
        },
        {
          email: 'sam@acme.example',
          firstName: 'Sam',
          lastName: 'Sato',
          environmentRoles: ['support'],
        },
        {
          email: 'kim@northwind.example',
          firstName: 'Kim',
          lastName: 'Kato',
          organizationRoles: ['admin'],
        },
      ],
      configurations: {
        invoices: {
          solution: 'Invoice sync',
          values: {
            baseUrl: 'https://books.acme.example/api',
            clientId: 'acme-hub',
            taxRate: 19,
            includeDrafts: false,
          },
          secretValues: { clientSecret: this.secret('invoice_client_secret') },
        },
        candidates: {
          solution: 'Candidate export',
          values: { region: 'us', batchSize: 100 },
          secretValues: { apiKey: this.secret('candidate_api_key') },
        },
      },
      deployments: {
        invoices: { configurations: ['invoices'] },
        // Configured and ready, to be switched on when the customer says so.
        candidates: { configurations: ['candidates'], enabled: false },
      },
    })

    acme.output()
  }

  /** A value that is given when planning, and never written down. */
  private secret(name: string): string {
    return new TerraformVariable(this, name, { type: 'string', sensitive: true, nullable: false }).stringValue
  }
}

const app = new App()
new CustomerStack(app, 'customer')
app.synth()
