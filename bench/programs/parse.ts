// Measured: parsing distinct expressions, from cold, as a command does it.
import { parseTemplate } from '../../src/expression/parse.ts'
import { input, report, timed } from '../measure.ts'

const { count } = input<{ count: number }>()
const kinds = [
  (i: number) => `\${tavio_environment.customer_${i}.domain}`,
  (i: number) => `\${tavio_user.user_${i}[0].id}`,
  (i: number) => `https://\${var.host_${i}}/hooks/\${tavio_environment.e${i}.domain}?n=${i}`,
  (i: number) => `\${join("-", [local.prefix_${i}, lower(each.value.name), "${i}"])}`,
  (i: number) => `\${var.size_${i} > ${i} ? "large" : var.sizes["${i}"] + ${i} * 2}`,
  (i: number) => `\${[for name, user in var.users_${i} : upper(user.email) if user.active]}`,
  (i: number) => `\${{ for k, v in local.map_${i} : k => merge(v, { index = ${i} }) }}`,
  (i: number) => `\${data.tavio_solution.all_${i}[*].parameters[0].key}`,
]
const texts = Array.from({ length: count }, (_, i) => (kinds[i % kinds.length] as (i: number) => string)(i))
const [parse] = await timed(() => texts.map((text) => parseTemplate(text)))
report({ parse })
