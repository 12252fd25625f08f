// What is wrong in blocks whatever the values of variables: attributes, types, and what resources check by themselves.

import { formatBlock } from '../address.ts'
import type { Config, ResourceBlock } from '../config/config.ts'
import { type Diagnostic, DiagnosticError, located } from '../diagnostics.ts'
import { getDataSource, getProvider, getResource, sourceOf } from '../engine/connect.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Scope } from '../expression/scope.ts'
import { validateObject } from '../provider/lifecycle.ts'
import { unmark } from '../schema/marks.ts'
import { isObject, UNKNOWN } from '../schema/value.ts'
import { providers } from './providers.ts'

/** Checks every resource and data block with everything it refers to unknown. Reports all problems. */
export function checkBlocks(config: Config): readonly Diagnostic[] {
  return [...config.resources.values()].flatMap((block) => {
    try {
      return located(checkBlock(block, config), block.place)
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error
      return located(error.diagnostics, block.place)
    }
  })
}

function checkBlock(block: ResourceBlock, config: Config): readonly Diagnostic[] {
  const { type, mode } = block.address
  const provider = getProvider(providers, sourceOf(config, providers, block.provider.name))
  const kind = mode === 'data' ? getDataSource(provider, type) : getResource(provider, type)
  const { value } = unmark(evaluate(block.body.expression, unknownScope(config)))
  if (!isObject(value)) return []
  return validateObject(kind, value, formatBlock(block.address)).diagnostics
}

function unknownScope({ directory }: Config): Scope {
  return {
    resource: () => UNKNOWN,
    variable: () => UNKNOWN,
    local: () => UNKNOWN,
    each: { key: UNKNOWN, value: UNKNOWN },
    // The index is a number to every expression, whichever it is.
    count: { index: 0 },
    path: { module: directory, root: directory, cwd: directory },
    workspace: 'default',
  }
}
