// review/: a Plan or a State → words and pictures, and what is hidden in them. Pure: no disk, no terminal, no clock.
//
// Text from outside (names, values, messages of a service) made safe to show.

/**
 * What a terminal would obey, or what would make a reader see something else than what is there: control characters,
 * direction overrides, invisible characters, halves of surrogate pairs. The joiner of emoji is left alone.
 */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu

const short: { readonly [character: string]: string } = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escapeCharacter(character: string): string {
  const known = short[character]
  if (known !== undefined) return known
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16)
  return code > 0xffff ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`
}

/** Text on one line, with everything a terminal would obey written as an escape. */
export function printable(text: string): string {
  return text.replace(unsafe, escapeCharacter)
}

/** As `printable`, but keeps line breaks: for messages of several lines. */
export function printableLines(text: string): string {
  return text.replaceAll('\r\n', '\n').split('\n').map(printable).join('\n')
}

/** A string as one would write it in Terraform's language: quoted, templates and control characters escaped. */
export function quote(text: string): string {
  const inner = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{')
  return `"${printable(inner)}"`
}

/** A name where it can stand bare, else quoted. */
export function nameText(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name) ? name : quote(name)
}

/** `1 change`, `2 changes`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** The first few of a list, and how many more there are: `a, b, c and 4 more`. */
export function listed(names: readonly string[], limit = 5): string {
  if (names.length <= limit) return names.join(', ')
  return `${names.slice(0, limit).join(', ')} and ${names.length - limit} more`
}

/** Breaks lines at spaces so that none is longer than `width`, unless one word is. Keeps lines that are indented. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => (/^\s/.test(line) ? [line] : wrapLine(line, width)))
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current)
      current = word
    } else current = current === '' ? word : `${current} ${word}`
  }
  return [...lines, current]
}
