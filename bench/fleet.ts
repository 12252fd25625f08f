// What a hub is filled with.

/** What the hub's resources need around them. `backend`: a place for state as Terraform writes it. */
export interface FleetOptions {
  readonly size: number
  readonly backend?: object | undefined
}

/** Customers of five objects each: an environment, two users, and two configurations with values and a secret. */
export function fleet({ size, backend }: FleetOptions): string {
  const customers = Array.from({ length: Math.ceil(size / 5) }, (_, i) => `c${i}`)
  const all = <T>(make: (customer: string) => { [name: string]: T }) =>
    Object.assign({}, ...customers.map(make)) as { [name: string]: T }
  const solution = (name: string) => `\${data.tavio_solution.${name}.id}`
  return JSON.stringify({
    terraform: { required_providers: { tavio: { source: 'hubform/tavio' } }, ...(backend && { backend }) },
    provider: { tavio: {} },
    data: { tavio_solution: { export: { name: 'Candidate export' }, webhook: { name: 'Order webhook' } } },
    resource: {
      tavio_environment: all((c) => ({ [c]: { name: `Customer ${c}`, domain: `customer-${c}` } })),
      tavio_user: all((c) => ({
        [`${c}_ada`]: { email: `ada@${c}.example`, first_name: 'Ada', last_name: c },
        [`${c}_bo`]: { email: `bo@${c}.example`, first_name: 'Bo', last_name: c },
      })),
      tavio_configuration: all((c) => ({
        [`${c}_export`]: {
          environment: `\${tavio_environment.${c}.domain}`,
          solution_id: solution('export'),
          name: `${c} export`,
          values: { region: 'eu', batchSize: 100 },
          secret_values: { apiKey: `secret of ${c}` },
        },
        [`${c}_webhook`]: {
          environment: `\${tavio_environment.${c}.domain}`,
          solution_id: solution('webhook'),
          name: `${c} webhook`,
          values: { url: `https://${c}.example/orders` },
        },
      })),
    },
  })
}
