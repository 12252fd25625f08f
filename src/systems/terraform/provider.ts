// What Terraform has built in: `terraform_data`, plumbing that exists in state only. No service, no requests.
import type { Provider } from '../../provider/provider.ts'
import { schema } from '../../schema/attribute.ts'
import { data } from './data.ts'

/** Needs no settings, and is never declared in `required_providers`. */
export const terraform: Provider = {
  name: 'terraform',
  source: 'terraform.io/builtin/terraform',
  version: '1.0.0',
  schema: schema({}),
  configure: () => ({
    client: undefined,
    usage: () => ({ reads: 0, lists: 0, writes: 0, signIns: 0, retries: 0 }),
    close: async () => {},
  }),
  resources: { terraform_data: data },
  dataSources: {},
}
