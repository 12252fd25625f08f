// Comma-separated values with a header line.
import { objectOf, type Value } from '../../schema/value.ts'
import { Failure } from './define.ts'
import { uniformList } from './define-unified.ts'

/** One object per record, named by the header. Throws Failure on malformed text. */
export function decodeCsv(text: string): Value {
  const [header, ...records] = readRecords(text)
  if (!header) throw new Failure('the header line is missing')
  const names = header.fields
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new Failure(`there are two columns "${twice}"`)
  const rows = records.map(({ fields, line }) => {
    if (fields.length !== names.length) {
      throw new Failure(`line ${line} has ${fields.length} fields, but the header has ${names.length}`)
    }
    return objectOf(names.map((name, i) => [name, fields[i] as string]))
  })
  return uniformList(rows)
}

interface CsvRecord {
  readonly fields: readonly string[]
  readonly line: number
}

function readRecords(text: string): CsvRecord[] {
  const records: CsvRecord[] = []
  const source = text.replaceAll('\r\n', '\n')
  let at = 0
  let line = 1
  while (at < source.length) {
    if (source[at] === '\n') {
      at++
      line++
      continue
    }
    const record = readRecord(source, at, line)
    records.push({ fields: record.fields, line })
    at = record.end
    line += record.lines
  }
  return records
}

function readRecord(
  source: string,
  from: number,
  line: number,
): { fields: string[]; end: number; lines: number } {
  const fields: string[] = []
  let at = from
  for (;;) {
    const quoted = source[at] === '"'
    const form = quoted ? /"((?:[^"]|"")*)"(?=[,\n]|$)/y : /[^,\n]*/y
    form.lastIndex = at
    const match = form.exec(source)
    const content = match?.[quoted ? 1 : 0]
    if (content === undefined)
      throw new Failure(`line ${line} has a quoted field with a " missing or too many`)
    if (!quoted && content.includes('"')) throw new Failure(`line ${line} has a " in a field without quotes`)
    fields.push(quoted ? content.replaceAll('""', '"') : content)
    at = form.lastIndex
    if (source[at] !== ',') break
    at++
  }
  const end = source[at] === '\n' ? at + 1 : at
  return { fields, end, lines: source.slice(from, end).split('\n').length - 1 }
}
