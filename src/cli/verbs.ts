// The verbs: what each is for, and where it is. Loaded only when asked for.
import type { Verb } from './verb.ts'

interface Entry {
  readonly summary: string
  readonly load: () => Promise<Verb>
}

/** In the order in which help shows them. */
export const verbs: { readonly [name: string]: Entry } = {
  synth: {
    summary: 'Run the cdktf app and write its stacks',
    load: async () => (await import('./verbs/synth.ts')).synth,
  },
  validate: {
    summary: 'Check a configuration without asking any service',
    load: async () => (await import('./verbs/validate.ts')).validate,
  },
  plan: { summary: 'Show what apply would do', load: async () => (await import('./verbs/plan.ts')).plan },
  apply: {
    summary: 'Make the service match the configuration, or carry out a saved plan',
    load: async () => (await import('./verbs/apply.ts')).apply,
  },
  destroy: {
    summary: 'Destroy everything that is recorded',
    load: async () => (await import('./verbs/destroy.ts')).destroy,
  },
  refresh: {
    summary: 'Record what is there, without changing it',
    load: async () => (await import('./verbs/refresh.ts')).refresh,
  },
  show: {
    summary: 'Show the state, or a saved plan',
    load: async () => (await import('./verbs/show.ts')).show,
  },
  output: { summary: 'Show outputs', load: async () => (await import('./verbs/output.ts')).output },
  import: {
    summary: 'Record an existing object under an address',
    load: async () => (await import('./verbs/import.ts')).importVerb,
  },
  state: {
    summary: 'Look at and change what is recorded',
    load: async () => (await import('./verbs/state.ts')).state,
  },
  workspace: {
    summary: 'Choose among several states of one configuration',
    load: async () => (await import('./verbs/workspace.ts')).workspace,
  },
  'force-unlock': {
    summary: 'Break a lock that was left behind',
    load: async () => (await import('./verbs/force-unlock.ts')).forceUnlock,
  },
  graph: {
    summary: 'Print what depends on what, for Graphviz or Mermaid',
    load: async () => (await import('./verbs/graph.ts')).graph,
  },
  provider: {
    summary: 'Describe the providers',
    load: async () => (await import('./verbs/provider.ts')).provider,
  },
  emulator: {
    summary: 'Run a local hub to work and test against',
    load: async () => (await import('./verbs/emulator.ts')).emulator,
  },
}

/** What Terraform and cdktf users may type, and what to type instead. */
export const elsewhere: { readonly [name: string]: string } = {
  init: 'Hubform needs no init: providers are part of it, and the state is made when it is first needed. Run "hubform plan".',
  get: 'Bindings are part of the package: import them from "hubform/tavio".',
  deploy: 'Use "hubform apply".',
  diff: 'Use "hubform plan".',
  list: 'Use "hubform synth", which lists the stacks.',
  fmt: 'Hubform reads JSON; use the formatter of your editor.',
  taint: 'Use "hubform apply --replace ADDRESS".',
  untaint: 'Run "hubform apply"; there is no untaint.',
  providers: 'Use "hubform provider schema".',
  console: 'There is no console yet.',
  test: 'There is no test verb: run plans against "hubform emulator" in your test runner.',
}
