// What a configuration wants to hold.
import type { Json } from '../../support/engine.ts'
import { environments } from './customers.ts'
import { config, fails, steps } from './make.ts'

const rule = (condition: string, error_message = 'it does not hold') => ({
  condition: `\${${condition}}`,
  error_message,
})
const pre = (...rules: readonly object[]) => ({ lifecycle: { precondition: rules } })
const post = (...rules: readonly object[]) => ({ lifecycle: { postcondition: rules } })
const wanted = { variable: { v: { type: 'number', default: 1 } } }
const withV = (resources: Json, v: number, rest: Json = {}) => ({
  config: config(resources, { ...wanted, ...rest }),
  vars: { v },
})

export const conditions = [
  steps(
    'a precondition that holds',
    'it is told in checks',
    config({ a: { input: 1, ...pre(rule('path.cwd != ""')) } }),
  ),
  fails(
    'a precondition that does not hold',
    'nothing is planned',
    config({ a: { input: 1, ...pre(rule('path.cwd == ""')) } }),
  ),
  steps(
    'a precondition that is known only when applied, and holds',
    'it is looked at before the object is made',
    config({ a: { input: 1 }, b: { input: 2, ...pre(rule('terraform_data.a.output == 1')) } }),
    config({ a: { input: 3 }, b: { input: 2, ...pre(rule('terraform_data.a.output == 3')) } }),
  ),
  fails(
    'a precondition that is known only when applied, and does not hold',
    'the object is not made, nor what stands on it; all else is',
    config({
      a: { input: 1 },
      b: { input: 2, ...pre(rule('terraform_data.a.output == 2')) },
      c: { input: '${terraform_data.b.output}' },
      d: { input: 4 },
    }),
  ),
  fails(
    'a precondition of an object that stays as it is',
    'what stands on it is not changed either',
    config({
      a: { input: 1 },
      b: { input: 2, ...pre(rule('terraform_data.a.output == 1')) },
      c: { input: '${terraform_data.b.output}', triggers_replace: 1 },
    }),
    config({
      a: { input: 3 },
      b: { input: 2, ...pre(rule('terraform_data.a.output == 1')) },
      c: { input: '${terraform_data.b.output}', triggers_replace: 2 },
    }),
  ),
  fails(
    'a postcondition that is known not to hold',
    'nothing is planned',
    config({ a: { input: 1, ...post(rule('self.input == 2')) } }),
  ),
  fails(
    'a postcondition that does not hold of what was made',
    'it is there all the same, and nothing is made that stands on it',
    config({
      a: { input: 1, ...post(rule('self.output == 2')) },
      b: { input: '${terraform_data.a.output}' },
      c: { input: 3 },
    }),
  ),
  steps(
    'a postcondition that holds at last',
    'what failed is made on the next run',
    {
      ...withV(
        {
          a: { input: '${var.v}', ...post(rule('self.output == 2')) },
          b: { input: '${terraform_data.a.output}' },
        },
        1,
      ),
      mode: 'normal',
    },
    withV(
      {
        a: { input: '${var.v}', ...post(rule('self.output == 2')) },
        b: { input: '${terraform_data.a.output}' },
      },
      2,
    ),
  ),
  steps(
    'conditions of instances',
    'each has its own count.index, each and self',
    config({
      a: { count: 2, input: '${count.index}', ...pre(rule('count.index < 2')) },
      b: {
        for_each: { x: 1, y: 2 },
        input: '${each.value}',
        lifecycle: {
          precondition: rule('each.value < 3', 'it is ${each.value}'),
          postcondition: [rule('self.input == each.value'), rule('self.output == each.value')],
        },
      },
    }),
  ),
  fails(
    'a condition of one instance',
    'the others are planned, to no avail',
    config({
      a: { count: 3, input: '${count.index}', ...pre(rule('count.index != 1', 'not ${count.index}')) },
    }),
  ),
  fails(
    'a condition that is neither true nor false',
    'it says nothing',
    config({ a: { input: 1, ...pre(rule('path.cwd')) } }),
  ),
  fails(
    'a condition that is null',
    'it says nothing',
    config({ a: { input: 1, ...pre(rule('path.cwd == "" ? true : null')) } }),
  ),
  steps(
    'a condition that is text',
    'it can be taken for a truth value',
    config({ a: { input: 1, ...pre(rule('path.cwd == "" ? "false" : "true"')) } }),
  ),
  fails(
    'a condition that cannot be evaluated',
    'it is a mistake',
    config({ a: { input: [1] }, b: { ...pre(rule('terraform_data.a.input[3] == 1')) } }),
  ),
  fails('a condition that refers to nothing', 'it checks nothing', config({ a: { ...pre(rule('true')) } })),
  fails(
    'self in a precondition',
    'there is no object yet',
    config({ a: { ...pre(rule('self.input == 1')) } }),
  ),
  fails(
    'its own name in a postcondition',
    'it is called self there',
    config({ a: { ...post(rule('terraform_data.a.input == null')) } }),
  ),
  fails('a message that is secret', 'it is not shown', {
    config: config(
      { a: { ...pre(rule('var.s == "no"', 'it is ${var.s}')) } },
      { variable: { s: { default: 'yes', sensitive: true } } },
    ),
  }),
  steps(
    'a secret condition',
    'whether it holds may be known',
    config(
      { a: { input: 1, ...pre(rule('var.s == "yes"')) } },
      { variable: { s: { default: 'yes', sensitive: true } } },
    ),
  ),
  steps(
    'conditions where only is looked at what is',
    'they stop nothing',
    withV(
      {
        a: {
          input: 1,
          lifecycle: { precondition: rule('var.v == 1'), postcondition: rule('self.output == var.v') },
        },
      },
      1,
    ),
    {
      ...withV(
        {
          a: {
            input: 1,
            lifecycle: { precondition: rule('var.v == 1'), postcondition: rule('self.output == var.v') },
          },
        },
        2,
      ),
      mode: 'refresh-only',
    },
  ),
  steps(
    'conditions where all is destroyed',
    'they stop nothing',
    withV({ a: { input: 1, ...pre(rule('var.v == 1')) } }, 1),
    { ...withV({ a: { input: 1, ...pre(rule('var.v == 1')) } }, 2), mode: 'destroy' },
  ),
  steps(
    'conditions of what is no target',
    'they are not looked at',
    withV({ a: { input: 1, ...pre(rule('var.v == 1')) }, b: { input: 1 } }, 1),
    {
      ...withV({ a: { input: 1, ...pre(rule('var.v == 1')) }, b: { input: 2 } }, 2),
      targets: ['terraform_data.b'],
    },
  ),
  steps(
    'a precondition of an output that holds',
    'known now, or later',
    config(
      { a: { input: 1 } },
      { output: { o: { value: 1, precondition: rule('terraform_data.a.output == 1') } } },
    ),
    config(
      { a: { input: 1 } },
      { output: { o: { value: 2, precondition: rule('terraform_data.a.output == 1') } } },
    ),
  ),
  fails(
    'a precondition of an output that does not hold',
    'nothing is planned',
    withV({ a: { input: 1 } }, 2, { output: { o: { value: 1, precondition: rule('var.v == 1') } } }),
  ),
  fails(
    'a precondition of an output that turns out not to hold',
    'the output stays as it was',
    config(
      { a: { input: 1 } },
      { output: { o: { value: 1, precondition: rule('terraform_data.a.output == 1') } } },
    ),
    config(
      { a: { input: 2 } },
      { output: { o: { value: 2, precondition: rule('terraform_data.a.output == 1') } } },
    ),
  ),
  steps(
    'a check that holds, and one that does not',
    'both are told, and nothing stops',
    config(
      { a: { input: 1 } },
      {
        check: {
          one: { assert: rule('terraform_data.a.output == 1') },
          two: {
            assert: [
              rule('terraform_data.a.output == 2', 'it is ${terraform_data.a.output}'),
              rule('terraform_data.a.input == 3'),
            ],
          },
        },
      },
    ),
    config({ a: { input: 2 } }, { check: { two: { assert: rule('terraform_data.a.output == 1') } } }),
    config({ a: { input: 2 } }, { check: { two: { assert: rule('terraform_data.a.output == 1') } } }),
  ),
  fails(
    'a check that cannot be evaluated',
    'it is a mistake like any other',
    config({ a: { input: [1] } }, { check: { c: { assert: rule('terraform_data.a.input[3] == 1') } } }),
  ),
  fails(
    'a check without an assert',
    'it checks nothing',
    config({ a: { input: [1] } }, { check: { c: {} } }),
  ),
  steps('validations beside conditions', 'both are told in checks', {
    config: config(
      { a: { count: 0, ...pre(rule('var.v == 1')) } },
      { variable: { v: { default: 1, validation: rule('var.v == 1') } } },
    ),
  }),
  steps('a check with a look-up of its own', 'it is done again when applying, though nothing changes', {
    check: {
      c: {
        data: { tavio_solution: { s: { name: 'Heartbeat' } } },
        assert: rule('data.tavio_solution.s.name == "Heartbeat"'),
      },
      d: {
        data: { tavio_solution: { t: { name: 'Invoice sync' } } },
        assert: rule('data.tavio_solution.t.name == "Heartbeat"', 'it is ${data.tavio_solution.t.name}'),
      },
    },
  }),
  steps('a check whose look-up finds nothing', 'that is told, and stops nothing', {
    ...config({ a: { input: 1 } }),
    check: {
      c: {
        data: { tavio_solution: { s: { name: 'Nothing' } } },
        assert: rule('data.tavio_solution.s.name == terraform_data.a.output'),
      },
    },
  }),
  steps(
    'a check that looks up what is made in the same run',
    'it comes after everything else',
    {
      ...environments({ a: { name: 'A', domain: 'case-a' } }),
      check: {
        c: {
          data: { tavio_environment: { e: { domain: '${tavio_environment.a.domain}' } } },
          assert: rule('data.tavio_environment.e.name == "A"'),
        },
      },
    },
    {
      ...environments({ a: { name: 'B', domain: 'case-a' } }),
      check: {
        c: {
          data: { tavio_environment: { e: { domain: '${tavio_environment.a.domain}' } } },
          assert: rule('data.tavio_environment.e.name == "A"', 'it is ${data.tavio_environment.e.name}'),
        },
      },
    },
  ),
  steps('a look-up with conditions', 'they are looked at before and after', {
    ...config({ a: { input: 'Heartbeat' } }),
    data: {
      tavio_solution: {
        s: {
          name: 'Heartbeat',
          lifecycle: {
            precondition: rule('terraform_data.a.output == "Heartbeat"'),
            postcondition: rule('self.name == terraform_data.a.output'),
          },
        },
      },
    },
    output: { v: { value: '${data.tavio_solution.s.version}' } },
  }),
  fails('the look-up of a check named outside', 'it belongs to the check', {
    check: {
      c: {
        data: { tavio_solution: { s: { name: 'Heartbeat' } } },
        assert: rule('data.tavio_solution.s.name == "Heartbeat"'),
      },
    },
    output: { o: { value: '${data.tavio_solution.s.name}' } },
  }),
]
