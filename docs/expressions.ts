// The page on expressions: what can be written, and the functions there are.
import type { Func } from '../src/expression/functions/define.ts'
import { functions } from '../src/expression/functions/table.ts'

/** All functions of Terraform 1.11. */
const terraform =
  `abs abspath alltrue anytrue base64decode base64encode base64gzip base64sha256 base64sha512 basename bcrypt can
  ceil chomp chunklist cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat contains csvdecode
  dirname distinct element endswith ephemeralasnull file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5
  fileset filesha1 filesha256 filesha512 flatten floor format formatdate formatlist indent index issensitive join
  jsondecode jsonencode keys length list log lookup lower map matchkeys max md5 merge min nonsensitive one parseint
  pathexpand plantimestamp pow range regex regexall replace reverse rsadecrypt sensitive setintersection setproduct
  setsubtract setunion sha1 sha256 sha512 signum slice sort split startswith strcontains strrev substr sum templatefile
  templatestring textdecodebase64 textencodebase64 timeadd timecmp timestamp title tobool tolist tomap tonumber toset
  tostring transpose trim trimprefix trimspace trimsuffix try type upper urlencode uuid uuidv5 values yamldecode yamlencode
  zipmap`.split(/\s+/)

/** Names of Terraform that only its console has, or that it only keeps to say what to use instead. */
const notForUs = new Set(['type', 'list', 'map'])

export function expressionsPage(): string {
  const names = [...functions.keys(), 'can', 'try'].sort()
  const missing = terraform.filter((name) => !names.includes(name) && !notForUs.has(name))
  return `# Expressions

Strings in a configuration may hold Terraform's expressions in \`\${…}\`, and directives in \`%{…}\`. \`$\${\` stands for a literal
\`\${\`, and \`%%{\` for a literal \`%{\`. They mean what they mean in Terraform:

- References: \`tavio_user.ada.id\`, \`data.tavio_solution.export.id\`, \`var.region\`, \`local.name\`, \`each.key\`, \`each.value\`,
  \`count.index\`, \`path.module\`, \`terraform.workspace\`.
- Indexes and splats: \`list[0]\`, \`map["key"]\`, \`tavio_user.tester[*].email\`.
- Operators: \`+ - * / %\`, \`== != < <= > >=\`, \`&& || !\`, \`condition ? one : other\`.
- Collections: \`[1, 2]\`, \`{ a = 1 }\`, \`[for x in list : upper(x) if x != ""]\`, \`{ for k, v in map : k => v }\`.
- Templates: \`%{ if condition }…%{ else }…%{ endif }\`, \`%{ for x in list }…%{ endfor }\`, with \`~\` to trim space.
- Numbers are exact, whatever their size.

## Functions

${names.map((name) => `- \`${signature(name, functions.get(name))}\``).join('\n')}

A function that is not in this list is an error that names it, with the nearest name there is.
${missing.length === 0 ? '' : `\nOf Terraform's functions, these are not there: ${missing.map((name) => `\`${name}\``).join(', ')}.\n`}
\`pathexpand\` knows no home directory.
`
}

function signature(name: string, func: Func | undefined): string {
  // `try` and `can` are part of evaluation, and have no entry in the table.
  if (func === undefined) return name === 'try' ? 'try(expressions...)' : 'can(expression)'
  const rest = func.rest === undefined ? [] : [`${func.rest.name}...`]
  return `${name}(${[...func.params.map((param) => param.name), ...rest].join(', ')})`
}
