// hubform provider
import type { Verb } from '../verb.ts'
import { defineInstall } from './provider/install.ts'
import { defineSchema } from './provider/schema.ts'
import { defineServe } from './provider/serve.ts'

export const provider: Verb = {
  define(command, act) {
    for (const define of [defineSchema, defineServe, defineInstall]) define(command, act)
  },
}
