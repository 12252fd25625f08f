// hubform provider install
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fail } from '../../../diagnostics.ts'
import { type Installed, installDev, installMirror } from '../../../protocol/install.ts'
import type { Shell } from '../../shell.ts'
import type { Verb } from '../../verb.ts'
import { executableOf, getPlugin, pluginNames } from './plugin.ts'

interface Options {
  readonly mirror?: string
  readonly dev?: string | true
  readonly packed: boolean
  readonly selfContained: boolean
  readonly writeConfig?: string
}

export const defineInstall: Verb['define'] = (command, act) => {
  command
    .command('install')
    .summary('Put a provider where Terraform and OpenTofu find it')
    .description(
      'Put a provider where Terraform and OpenTofu find it, without a network. Without options it goes to the folder where both look by themselves, ~/.terraform.d/plugins; then "init" needs no configuration.',
    )
    .copyInheritedSettings(command)
    .argument('[name]', `the provider: ${pluginNames.join(', ')}`, 'tavio')
    .option('--mirror <dir>', 'lay out a mirror in this folder, and print the configuration that names it')
    .option(
      '--dev [dir]',
      'for development: print an override, under which changes take effect without "init"',
    )
    .option('--packed', 'zip files instead of folders, as registries have them', false)
    .option('--self-contained', 'the executable that has Node in it, for machines without Node', false)
    .option('--write-config <file>', 'write the configuration to a new file, for TF_CLI_CONFIG_FILE')
    .action((name: string, options: Options) => act((shell) => install(shell, name, options)))
}

async function install(shell: Shell, name: string, options: Options): Promise<0> {
  const provider = getPlugin(name)
  if (options.mirror !== undefined && options.dev !== undefined) {
    fail(
      'Invalid command line',
      'A provider goes into a mirror or into a development override; use --mirror or --dev.',
    )
  }
  const config = options.writeConfig === undefined ? undefined : resolve(shell.cwd, options.writeConfig)
  if (config !== undefined && existsSync(config)) {
    fail(
      'File exists',
      `${config} is there already, and is not overwritten. Leave --write-config out, and add what is printed to it.`,
    )
  }
  const executable = executableOf(provider, options.selfContained ? 'self-contained' : 'script')
  const usual = join(homedir(), '.terraform.d', 'plugins')
  const installed =
    options.dev === undefined
      ? await installMirror({
          dir: resolve(shell.cwd, options.mirror ?? usual),
          provider,
          executable,
          packed: options.packed,
        })
      : await installDev({
          dir: resolve(shell.cwd, options.dev === true ? '.hubform/plugins' : options.dev),
          provider,
          executable,
        })
  if (config !== undefined) await writeFile(config, installed.config, { flag: 'wx' })
  say(shell, installed, config, options.mirror === undefined && options.dev === undefined)
  return 0
}

function say(
  { terminal }: Shell,
  { files, config }: Installed,
  written: string | undefined,
  usual: boolean,
): void {
  for (const file of files) terminal.complain(`wrote ${file}`)
  if (written !== undefined) terminal.complain(`wrote ${written}: set TF_CLI_CONFIG_FILE to it`)
  else if (usual) terminal.complain('Terraform and OpenTofu look there by themselves. Run "terraform init".')
  else {
    terminal.complain('Terraform and OpenTofu find it with this in the file that TF_CLI_CONFIG_FILE names:')
    terminal.out(config.trimEnd())
  }
}
