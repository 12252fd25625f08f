// Who may import whom. This table is the architecture; changing it needs a reason in the commit.
// A folder may always import itself and the shared words in src/*.ts.
const may = {
  schema: [],
  expression: ['schema'],
  config: ['expression', 'schema'],
  provider: ['schema'],
  state: ['schema'],
  engine: ['config', 'expression', 'provider', 'state', 'schema'],
  // Plan JSON lists what expressions refer to, and looks it up only when it is asked for.
  review: ['engine', 'expression', 'schema'],
  constructs: ['provider', 'schema', 'systems'],
  protocol: ['provider', 'schema'],
  // Where a provider and the protocol meet, to become an executable.
  plugin: ['protocol', 'provider', 'systems'],
}

const folderRules = Object.entries(may).map(([folder, others]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import ${others.length ? others.join(', ') : 'the shared words only'}.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/[^/]+/', pathNot: `^src/(${[folder, ...others].join('|')})/` },
}))

module.exports = {
  forbidden: [
    ...folderRules,
    {
      name: 'shared-words',
      comment: 'The shared words import each other and nothing else.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$', pathNot: '^src/index\\.ts$' },
      to: { path: '^src/[^/]+/' },
    },
    {
      name: 'systems-imports',
      comment: 'A system imports provider and schema, and never another system.',
      severity: 'error',
      from: { path: '^src/systems/([^/]+)/' },
      to: { path: '^src/[^/]+/', pathNot: '^src/(provider|schema|systems/$1)/' },
    },
    {
      name: 'emulator-imports',
      comment: 'An emulated system knows the routes and wire shapes of its service, and nothing else of us.',
      severity: 'error',
      from: { path: '^src/emulator/' },
      to: { path: '^src/[^/]+/', pathNot: '^src/(emulator/|systems/[^/]+/(routes|wire)\\.ts$)' },
    },
    {
      name: 'types-only-config',
      comment: 'The engine is handed a Config; it does not load one.',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^src/config/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'types-only-engine',
      comment: 'Review turns a Plan into words; it does not run the engine.',
      severity: 'error',
      from: { path: '^src/review/' },
      to: { path: '^src/engine/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-imports-cli',
      severity: 'error',
      from: { pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'cdktf-only-in-constructs',
      comment: 'The constructs library is a front end; the engine must start without loading it.',
      severity: 'error',
      from: { pathNot: '^(src/constructs|examples|test)/' },
      to: { path: 'node_modules/(cdktf|constructs)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|src/constructs/generated)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
}
