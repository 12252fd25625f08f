// Reference pages of a provider, as Markdown, from what its schemas and resources say of themselves.
import type { Attribute, Attributes, Evidence } from '../schema/attribute.ts'
import { describeType } from '../schema/type.ts'
import { compareText } from '../schema/value.ts'
import { type BlockKind, constructExample, providerExample, terraformExample } from './docs-example.ts'
import { marksOf, ruleWords } from './docs-words.ts'
import type { Ephemeral } from './ephemeral.ts'
import type { Provider } from './provider.ts'
import type { DataSource, Note, Resource } from './resource.ts'
import { nestingOf } from './schema-json.ts'

/** One kind of block with what its page needs to know of the others. */
interface Subject {
  readonly kind: BlockKind
  readonly definition: Resource | DataSource | Ephemeral
  readonly provider: Provider
}

const prefixes: Record<BlockKind, string> = {
  resource: '',
  'data source': 'data-',
  'ephemeral resource': 'ephemeral-',
}

/**
 * Pages by file name: `README.md`, and one for each resource, data source and ephemeral resource. The same provider always gives the same text.
 *
 * `links` are further pages that the index names, each as a whole Markdown line.
 */
export function providerDocs(provider: Provider, links: readonly string[] = []): ReadonlyMap<string, string> {
  const subjects = [
    ...byType(provider.resources).map((definition) => ({ kind: 'resource', definition, provider }) as const),
    ...byType(provider.dataSources).map(
      (definition) => ({ kind: 'data source', definition, provider }) as const,
    ),
    ...byType(provider.ephemeralResources ?? {}).map(
      (definition) => ({ kind: 'ephemeral resource', definition, provider }) as const,
    ),
  ]
  return new Map([
    ['README.md', indexPage(provider, subjects, links)],
    ...subjects.map((subject) => [fileOf(subject), page(subject)] as const),
  ])
}

/** `organization-access.md`, `data-current-user.md`, `ephemeral-environment-token.md`. */
export function fileOf({ kind, definition, provider }: Subject): string {
  const short = definition.type.slice(provider.name.length + 1).replaceAll('_', '-')
  return `${prefixes[kind]}${short}.md`
}

function indexPage(provider: Provider, subjects: readonly Subject[], links: readonly string[]): string {
  const { attributes } = provider.schema
  const list = (kind: Subject['kind']) =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map((it) => `- [\`${it.definition.type}\`](${fileOf(it)}): ${words(it.definition.schema.description)}`)
  return sections([
    `# Provider \`${provider.source}\``,
    words(provider.schema.description),
    '## Where a statement comes from',
    [
      '- **documented**: a public text says that the service has this. Its spelling in the API may still be inferred.',
      '- **inferred**: concluded from such texts, or a choice of Hubform. The service may turn out to differ.',
    ].join('\n'),
    'The mark belongs to the meaning beside it. Rules, such as defaults and what a change does, are those of Hubform.',
    '## Use',
    ...providerExample(provider),
    '## Settings',
    'A setting that is not in the configuration is taken from its environment variable. An empty variable counts as unset.',
    table(
      ['Setting', 'Environment variable', 'Type', 'Meaning', 'Source', 'Rules'],
      Object.entries(attributes).map(([name, attribute]) => [
        code(name),
        attribute.env === undefined ? '' : code(attribute.env),
        describeType(attribute.type),
        words(attribute.description),
        mark(attribute.evidence),
        words(ruleWords(attribute)),
      ]),
    ),
    ...behaviour(provider.notes ?? []),
    '## Resources',
    list('resource').join('\n'),
    '## Data sources',
    list('data source').join('\n'),
    ...(list('ephemeral resource').length === 0
      ? []
      : ['## Ephemeral resources', list('ephemeral resource').join('\n')]),
    ...(links.length === 0 ? [] : ['## See also', links.join('\n')]),
  ])
}

function page(subject: Subject): string {
  const { kind, definition, provider } = subject
  const { schema, notes = [], example = {} } = definition
  const name = nameIn(definition.type, kind, provider)
  const place = { type: definition.type, kind, name, example, attributes: schema.attributes, provider }
  const nested = nestedTables(schema.attributes)
  return sections([
    `# ${kind.charAt(0).toUpperCase()}${kind.slice(1)} \`${definition.type}\``,
    words(schema.description),
    'What *documented* and *inferred* mean is said in the [overview](README.md).',
    '## Example',
    'In Terraform JSON:',
    terraformExample(place),
    'As a construct:',
    ...constructExample(place),
    ...attributeTable('## Arguments', schema.attributes, (it) => it.mode !== 'computed'),
    ...attributeTable('## Computed attributes', schema.attributes, (it) => it.mode === 'computed'),
    ...nested,
    ...behaviour(notes),
    ...importing(subject, name),
  ])
}

function attributeTable(
  title: string,
  attributes: Attributes,
  belongs: (attribute: Attribute) => boolean,
): string[] {
  const rows = Object.entries(attributes).filter(([, attribute]) => belongs(attribute))
  if (rows.length === 0) return []
  return [
    title,
    table(
      ['Name', 'Type', 'Use', 'Meaning', 'Source', 'Rules'],
      rows.map(([name, attribute]) => [
        code(name),
        nestingOf(attribute.type)
          ? `[${describeType(attribute.type)}](#${name})`
          : describeType(attribute.type),
        marksOf(attribute),
        words(attribute.description),
        mark(attribute.evidence),
        words(ruleWords(attribute)),
      ]),
    ),
  ]
}

function nestedTables(attributes: Attributes): string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const nested = nestingOf(attribute.type)
    return nested === undefined ? [] : attributeTable(`### ${name}`, nested.attributes, () => true)
  })
}

function behaviour(notes: readonly Note[]): string[] {
  if (notes.length === 0) return []
  return ['## Behaviour', notes.map(({ text, evidence }) => `- **${evidence}** ${words(text)}`).join('\n')]
}

function importing({ kind, definition }: Subject, name: string): string[] {
  if (kind !== 'resource') return []
  const { importId } = definition as Resource
  if (importId === undefined) return ['## Import', 'Cannot be imported.']
  return ['## Import', fence('sh', `hubform import ${definition.type}.${name} '${importId}'`)]
}

/** The name that other examples of the provider use for it, so that the examples fit together. */
function nameIn(type: string, kind: Subject['kind'], provider: Provider): string {
  const examples = [...byType(provider.resources), ...byType(provider.dataSources)].map((it) => it.example)
  const prefix = { resource: '', 'data source': 'data\\.', 'ephemeral resource': 'ephemeral\\.' }[kind]
  const found = new RegExp(`\\$\\{${prefix}${type}\\.(\\w+)\\.`).exec(JSON.stringify(examples))
  return found?.[1] ?? 'example'
}

function byType<T extends { readonly type: string }>(kinds: { readonly [type: string]: T }): T[] {
  return Object.values(kinds).toSorted((a, b) => compareText(a.type, b.type))
}

function mark(evidence: Evidence | undefined): string {
  return evidence ?? ''
}

function code(text: string): string {
  return `\`${text}\``
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}

/** Names with an underscore are attributes and types. */
function words(text: string): string {
  return text.replaceAll(/(?<![\w`])[a-z]+(?:_[a-z]+)+(?![\w`])/g, '`$&`')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((it) => it.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function sections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}
