// plugin/: the executables that Terraform and OpenTofu start, one file for each provider, and the program that bundles
// them. What a plugin does is in protocol/; what it serves, in systems/.
import { runPlugin } from '../protocol/plugin.ts'

/** Put in when bundling: the answer to GetProviderSchema, base64. */
declare const HUBFORM_SCHEMA: string | undefined

const schema = typeof HUBFORM_SCHEMA === 'string' ? Buffer.from(HUBFORM_SCHEMA, 'base64') : undefined

void runPlugin({
  name: 'tavio',
  source: 'hubform/tavio',
  schema,
  load: async () => (await import('../systems/tavio/provider.ts')).tavio,
})
