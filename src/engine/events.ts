// What happens while the engine works, for whoever shows progress.
import type { Address } from '../address.ts'
import type { Diagnostic } from '../diagnostics.ts'
import type { Step } from './plan.ts'

export type EngineEvent =
  /** One object is being read, or one list of many; `address` is absent for a list. */
  | { readonly kind: 'reading'; readonly address?: Address | undefined; readonly what: string }
  /** Planning has looked at `done` of `total` objects, as far as it knows them. */
  | {
      readonly kind: 'planned'
      readonly done: number
      readonly total: number
      /** The recorded object that was looked at; absent if there was none, or nobody asked to look. */
      readonly refreshed?: { readonly address: Address; readonly id?: string | undefined } | undefined
    }
  | { readonly kind: 'started'; readonly step: Step }
  /** `id` is the object's id if it has one. */
  | {
      readonly kind: 'done'
      readonly step: Step
      readonly elapsedMs: number
      readonly id?: string | undefined
    }
  | {
      readonly kind: 'failed'
      readonly step: Step
      readonly elapsedMs: number
      readonly diagnostics: readonly Diagnostic[]
    }
  /** Not tried: something it needs failed or was itself skipped, or the run was interrupted. */
  | { readonly kind: 'skipped'; readonly step: Step; readonly because: string }
  | { readonly kind: 'warning'; readonly diagnostic: Diagnostic }

export type OnEvent = (event: EngineEvent) => void
