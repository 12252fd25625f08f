// The page on how Hubform differs from Terraform: what is different on purpose, and what is not handled yet.

import { instead, type NotHandled } from '../src/config/not-handled.ts'
import { besideTerraform } from './beside-terraform.ts'

/** What each refused thing is called in a configuration, so that the compiler says when one is missing here. */
const names: { readonly [K in NotHandled]: string } = {
  module: '`module` blocks',
  ephemeral: '`ephemeral` blocks',
  cloud: '`terraform.cloud`',
  provider_meta: '`terraform.provider_meta`',
  experiments: '`terraform.experiments`',
  provisioner: '`provisioner` blocks',
  connection: '`connection` blocks',
  dynamic: '`dynamic` blocks',
  ephemeralVariable: '`ephemeral` variables',
  ephemeralOutput: '`ephemeral` outputs',
  _: 'the block `_`, which escapes names of arguments',
}

export function differencesPage(): string {
  return `# Differences from Terraform

Hubform reads Terraform's JSON syntax and its state format, and means the same by them. This page says where it does not.

## Different on purpose

| What | Terraform | Hubform |
| --- | --- | --- |
| Providers | are programs that \`init\` downloads | are part of Hubform; there is no \`init\` |
| Before each plan | you synthesize | the app of \`cdktf.json\` is run; \`--no-synth\` takes what it wrote last |
| State of a stack, where the app names no backend | \`terraform.<stack>.tfstate\` in the project | \`state/<stack>.tfstate\`; a state that is at Terraform's place already stays there |
| Saving state | the whole file, again and again during a run | a journal beside the state: all that the run is to do, then a line for each call and each outcome; the file at the end of the run |
| An interrupted create | the object is lost to state | the next run looks for it by its natural key and takes it over |
| Plan files | zip files with secrets in clear | sealed with \`HUBFORM_PLAN_KEY\`, or with a key of the user who made them |
| Plan and state as JSON | sensitive values in clear, with marks beside | sensitive values are null, with the same marks |
| \`dependencies\` in state | direct and indirect ones | direct ones, also those through local values and data; what Terraform wrote stays as long as it holds. Both programs read both |
| A create that stops half-way | the object is tainted, and replaced by the next run | the object is recorded, and the next run completes it; what Terraform tainted is replaced |
| \`state push\` to a file | counts one more serial than was pushed | keeps the serial that was pushed |
| \`--lock=false\` | allowed | refused: a state that two runs write at once is lost. \`--lock-timeout\` waits |
| \`required_version\` | held against Terraform's version | not looked at, since it speaks of another program |

## Plans, states and runs as JSON

\`hubform show --json PLANFILE\` prints Terraform's plan document (format 1.2), \`hubform show --json\` its state document
(1.0). \`--json\` of \`plan\`, \`apply\`, \`destroy\` and \`refresh\` prints the messages of its machine-readable UI (1.2), one
a line. A test holds all of it against what Terraform prints. What differs:

| What | Terraform | Hubform |
| --- | --- | --- |
| Sensitive values | in clear | null, in \`variables\` and \`configuration\` as well; a known secret that turns up elsewhere is \`(sensitive value)\` |
| \`before_sensitive\` | what was sensitive | also what is becoming so |
| \`after_sensitive\` of an unknown list or object | empty, \`[]\` or \`{}\` | left out: an unknown value has no type |
| \`relevant_attributes\` | in no order | sorted |
| \`checks\` | in plans, state files and state documents | in plans and state files |
| Order of messages | as things happen to be planned | planned changes by address; \`refresh_start\` right before \`refresh_complete\` |
| Diagnostics | with source text and range | with the place of their start |
| \`-target\` | warns each time | does not |
| The plan in \`plan --json\` | only in a file | the last message, \`"type": "hubform_plan"\`, has the plan document at \`hubform.plan\` |
| Words for a person | none | on stderr; stdout is JSON alone |

More is below the key \`hubform\` and nowhere else: of a plan its mode, serial and cost in calls; of a change its reason, why
each attribute differs, its patch and its construct; of a message its stack when there are several. In a patch a value that
is not known yet is \`{"$":"unknown"}\`, and null stands for all of an attribute that holds a secret.

\`\`\`sh
hubform plan --json | tail -1 | jq .hubform.plan   # what hubform show --json prints of a saved plan
\`\`\`

${besideTerraform}
## Not handled yet

Each of these is an error that says so; nothing is passed over in silence.

| What | Instead |
| --- | --- |
${Object.entries(instead)
  // Every key of it is a NotHandled; Object.entries forgets that.
  .map(([key, way]) => `| ${names[key as NotHandled]} | ${way} |`)
  .join('\n')}
| backends other than \`local\`, \`http\`, \`pg\` and \`s3\` | Use one of these. |
| workspaces | Use one stack for each, or give each another \`path\`. |
| override files, \`override.tf.json\` and \`*_override.tf.json\` | Put their values into the blocks that they override. |
| \`*.tf\` and \`*.tfvars\` in native syntax | Write them as JSON, or generate them with a cdktf app. |
| states with objects in modules | Move the objects to the root module with Terraform first. |
| providers other than those that are built in | Keep their resources in a stack of their own, for Terraform. |

The functions that are missing are listed in [expressions](expressions.md).
`
}
