// Command lines as Terraform users type them → command lines as our parser reads them.

export interface CommandLine {
  /** Without the global options; long options with two dashes. */
  readonly args: readonly string[]
  readonly chdir: string | undefined
  readonly color: boolean
}

/** Options that are on or off, which Terraform lets one write as `-refresh=false`. */
const switches = new Set([
  'auto-approve',
  'check',
  'color',
  'destroy',
  'detailed-exitcode',
  'force',
  'input',
  'json',
  'lock',
  'mermaid',
  'plan',
  'raw',
  'refresh',
  'refresh-only',
  'show-all',
  'synth',
])

/**
 * Takes out the global options, wherever they are, and rewrites what only Terraform's parser reads: one dash before long
 * options, `=true` and `=false` after switches. Everything after `--` stays as it is.
 */
export function readCommandLine(typed: readonly string[]): CommandLine {
  const args: string[] = []
  let chdir: string | undefined
  let color = true
  const end = typed.includes('--') ? typed.indexOf('--') : typed.length
  for (let i = 0; i < end; i++) {
    const arg = normalize(typed[i] ?? '')
    if (arg === '--no-color') color = false
    else if (arg.startsWith('--chdir=')) chdir = arg.slice('--chdir='.length)
    else if (arg === '--chdir') chdir = typed[++i] ?? ''
    else if (arg !== '--color') args.push(arg)
  }
  return { args: [...args, ...typed.slice(end)], chdir, color }
}

function normalize(arg: string): string {
  const match = /^--?([a-z][a-z-]+)(=.*)?$/s.exec(arg)
  const name = match?.[1]
  if (match === null || name === undefined) return arg
  const value = match[2] ?? ''
  if (switches.has(name) && value === '=true') return `--${name}`
  if (switches.has(name) && value === '=false') return `--no-${name}`
  return `--${name}${value}`
}
