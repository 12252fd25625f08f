// References as plan JSON lists them.
import { formatAddress, formatBlock } from '../address.ts'
import { children, type Expression, type Step, type Target } from '../expression/expression.ts'

/** A use of a name with the constant steps that follow it. */
export interface Use {
  readonly target: Target
  readonly steps: readonly Step[]
}

/** All uses in an expression, in order of writing, repeated ones included. */
export function usesIn(expression: Expression): readonly Use[] {
  return expression.kind === 'reference'
    ? [{ target: expression.target, steps: expression.steps }]
    : children(expression).flatMap(usesIn)
}

/** `tavio_user.ada[0].id`, `tavio_user.ada[0]`, `tavio_user.ada`: the longest first, then what it is a part of. */
export function referenceTexts({ target, steps }: Use): readonly string[] {
  const subject = subjectOf({ target, steps })
  const rest = steps.slice(subject.used)
  const longer = rest.map((_, i) => subject.text + stepsText(rest.slice(0, rest.length - i)))
  return [...longer, subject.text, ...(subject.whole === undefined ? [] : [subject.whole])]
}

/** What a use is of, how many steps name it, and the block it is an instance of. */
export function subjectOf({ target, steps }: Use): {
  readonly text: string
  readonly used: number
  readonly whole?: string
} {
  switch (target.root) {
    case 'resource': {
      const whole = formatBlock(target.block)
      const [first] = steps
      if (first?.kind !== 'index') return { text: whole, used: 0 }
      return { text: formatAddress({ ...target.block, key: first.key }), used: 1, whole }
    }
    case 'variable':
      return { text: `var.${target.name}`, used: 0 }
    case 'count':
      return { text: 'count.index', used: 0 }
    case 'self':
      return { text: 'self', used: 0 }
    case 'unsupported':
      return { text: target.text, used: 0 }
    default:
      return { text: `${target.root}.${target.name}`, used: 0 }
  }
}

function stepsText(steps: readonly Step[]): string {
  return steps
    .map((step) => (step.kind === 'attribute' ? `.${step.name}` : `[${JSON.stringify(step.key)}]`))
    .join('')
}
