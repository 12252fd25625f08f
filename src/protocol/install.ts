// Putting a plugin where Terraform and OpenTofu look for it, and saying what they need to be told.
import { createHash } from 'node:crypto'
import { chmod, link, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fail } from '../diagnostics.ts'
import type { Provider } from '../provider/provider.ts'
import { zip } from './zip.ts'

export interface InstallOptions {
  readonly dir: string
  readonly provider: Pick<Provider, 'name' | 'source' | 'version'>
  /** Path of the executable that was built for the provider. */
  readonly executable: string
}

export interface MirrorOptions extends InstallOptions {
  /** True: zips, as registries have them. False, the default: folders, to which hosts make links. */
  readonly packed?: boolean
  /** As hosts name them: `linux_amd64`. The executable runs wherever there is Node. Default: this machine's. */
  readonly platforms?: readonly string[]
}

export interface Installed {
  /** What was written, absolute. */
  readonly files: readonly string[]
  /** What belongs into the command line configuration: the file that TF_CLI_CONFIG_FILE names, or ~/.terraformrc or ~/.tofurc. */
  readonly config: string
}

/**
 * The name by which hosts find the executable of a provider in its folder.
 *
 * They would find it with the version behind it too, but Node takes what follows a dot for the kind of a file, and
 * refuses `.0` below a package.json that says "module".
 */
export function executableName(provider: string): string {
  return `terraform-provider-${provider}`
}

const registries = ['registry.terraform.io', 'registry.opentofu.org']

/**
 * Lays out a mirror that `init` installs from, for both programs, with a file of checksums.
 *
 * The same version must not be laid out again with other content where it is in use: projects have its hash in their
 * lock file, and will refuse it. For an executable that changes, use `installDev`.
 */
export async function installMirror(options: MirrorOptions): Promise<Installed> {
  const { provider, packed = false, platforms = [platformOf(process)] } = options
  const dir = resolve(options.dir)
  const content = await readFile(options.executable)
  const name = executableName(provider.name)
  const below = (platform: string) =>
    packed ? `${name}_${provider.version}_${platform}.zip` : join(provider.version, platform, name)
  const files = placesOf(provider.source).flatMap((place) =>
    platforms.map((platform) => join(dir, place, below(platform))),
  )
  if (packed) await writeCopies(files, zip([{ name, content, mode: 0o755 }]), 0o644)
  else await writeCopies(files, content, 0o755)
  files.push(await write(join(dir, 'SHA256SUMS'), await checksums(dir, files), 0o644))
  return { files, config: mirrorConfig(dir, provider.source) }
}

/** Puts the executable where a development override finds it: changes take effect at once, and `init` is not needed. */
export async function installDev(options: InstallOptions): Promise<Installed> {
  const { provider } = options
  platformOf(process)
  const dir = resolve(options.dir)
  const file = join(dir, executableName(provider.name))
  const written = await write(file, await readFile(options.executable), 0o755)
  return { files: [written], config: devConfig(dir, provider.source) }
}

/** Where a source is looked for: below both registries if it names none. */
function placesOf(source: string): string[] {
  return source.split('/').length === 3 ? [source] : registries.map((registry) => `${registry}/${source}`)
}

function mirrorConfig(dir: string, source: string): string {
  const sources = JSON.stringify(placesOf(source)).replaceAll(',', ', ')
  return [
    'provider_installation {',
    '  filesystem_mirror {',
    `    path    = ${quote(dir)}`,
    `    include = ${sources}`,
    '  }',
    '  direct {',
    `    exclude = ${sources}`,
    '  }',
    '}',
    '',
  ].join('\n')
}

function devConfig(dir: string, source: string): string {
  return [
    'provider_installation {',
    '  dev_overrides {',
    `    ${quote(source)} = ${quote(dir)}`,
    '  }',
    '  direct {}',
    '}',
    '',
  ].join('\n')
}

function quote(text: string): string {
  return JSON.stringify(text)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{')
}

/** As `sha256sum --check` reads it, in the folder of the mirror. */
async function checksums(dir: string, files: readonly string[]): Promise<Buffer> {
  const lines = files.map(async (file) => {
    const hash = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    return `${hash}  ${relative(dir, file)}\n`
  })
  return Buffer.from((await Promise.all(lines)).join(''))
}

/** The same file in several places; on one disk it is there once, as it may be as large as Node. */
async function writeCopies(files: readonly string[], content: Uint8Array, mode: number): Promise<void> {
  const [first, ...others] = files
  if (first === undefined) return
  await write(first, content, mode)
  for (const file of others) {
    await mkdir(dirname(file), { recursive: true })
    const beside = `${file}.${process.pid}.new`
    await link(first, beside).then(
      () => rename(beside, file),
      // Not every file system has links.
      () => write(file, content, mode),
    )
  }
}

/** Writes beside and renames, since the file that is there may be running. */
async function write(file: string, content: Uint8Array, mode: number): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  const beside = `${file}.${process.pid}.new`
  await writeFile(beside, content)
  await chmod(beside, mode)
  await rename(beside, file)
  return file
}

/** As hosts name it. Throws a diagnostic where scripts cannot be started. */
export function platformOf({ platform, arch }: { readonly platform: string; readonly arch: string }): string {
  if (platform === 'win32')
    return fail(
      'Platform not supported',
      'Windows starts programs only, and this plugin is a script for Node. Use Terraform inside WSL, or "hubform provider serve".',
    )
  const archs: { readonly [arch: string]: string } = { x64: 'amd64', ia32: '386' }
  return `${platform}_${archs[arch] ?? arch}`
}
