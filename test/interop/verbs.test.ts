// The verbs on the state of both programs, on one file.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { makePlace, type Place } from '../cli/hubform.ts'
import { noTerraform, runTerraform } from '../support/terraform.ts'
import type { StateFile } from './engines.ts'
import { sameState } from './same-state.ts'

const blocks = {
  a: { input: { n: '${9007199254740993}', s: '${var.hidden}' } },
  b: { count: 2, input: '${terraform_data.a.id}' },
  c: { for_each: { 'k "q"': 'v' }, input: '${each.value}', triggers_replace: ['${terraform_data.b[0].id}'] },
}
const config = (terraform_data: object) => ({
  variable: { hidden: { default: 's3cret', sensitive: true } },
  resource: { terraform_data },
  output: { told: { value: '${var.hidden}', sensitive: true }, count: { value: 2 } },
})

interface Program {
  readonly name: string
  /** Throws unless it ends well; gives what it printed. */
  run(...args: readonly string[]): Promise<string>
  fails(...args: readonly string[]): Promise<string>
}

describe.skipIf(noTerraform)(
  `verbs on shared state${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  { timeout: 60_000 },
  () => {
    let place: Place
    let hubform: Program
    let terraform: Program

    beforeEach(async () => {
      place = makePlace({ 'main.tf.json': config(blocks) })
      hubform = program('hubform', async (args) => {
        const { code, stdout, stderr } = await place.hubform(...args)
        return { code, stdout, text: stderr + stdout }
      })
      terraform = program('terraform', async (args) => {
        const { status, stdout, text } = await runTerraform(place.directory, place.env, args)
        return { code: status, stdout, text }
      })
    })

    const both = () => [hubform, terraform] as const
    const path = () => join(place.directory, 'terraform.tfstate')
    const state = () => JSON.parse(readFileSync(path(), 'utf8')) as StateFile
    const listed = async (by: Program) => (await by.run('state', 'list')).trim().split('\n')
    const nothingToDo = async (by: Program) => {
      await by.run('plan', '-detailed-exitcode')
    }

    it('list, mv and rm: what one renames or forgets, the other finds so', async () => {
      await hubform.run('apply', '-auto-approve')
      const all = await listed(terraform)
      expect(all).toHaveLength(4)
      expect(await listed(hubform)).toEqual(all)
      const { lineage, serial } = state()

      await hubform.run('state', 'mv', 'terraform_data.b', 'terraform_data.z')
      await terraform.run('state', 'mv', 'terraform_data.a', 'terraform_data.y')
      expect(state()).toMatchObject({ lineage, serial: serial + 2 })
      for (const one of both())
        expect((await listed(one)).map((key) => key.replace(/^terraform_data\./, '').slice(0, 1))).toEqual([
          'c',
          'y',
          'z',
          'z',
        ])
      const renamed = {
        y: blocks.a,
        z: { ...blocks.b, input: '${terraform_data.y.id}' },
        c: { ...blocks.c, triggers_replace: ['${terraform_data.z[0].id}'] },
      }
      place.write('main.tf.json', config(renamed))
      for (const one of both()) await nothingToDo(one)

      await terraform.run('state', 'rm', 'terraform_data.z[1]')
      await hubform.run('state', 'rm', 'terraform_data.c')
      expect(state()).toMatchObject({ lineage, serial: serial + 4 })
      for (const one of both()) expect(await listed(one)).toEqual(['terraform_data.y', 'terraform_data.z[0]'])
    })

    it('pull and push: one text for both, and the same is refused', async () => {
      await terraform.run('apply', '-auto-approve')
      const pulled = await Promise.all(both().map((one) => one.run('state', 'pull')))
      expect(sameState(pulled[0] ?? '', pulled[1] ?? '')).toEqual([])
      const before = state()
      for (const [i, one] of both().entries()) {
        const serial = before.serial + 1 + i
        place.write('next.tfstate', { ...before, serial, outputs: { told: { value: i, type: 'number' } } })
        await one.run('state', 'push', 'next.tfstate')
        // Terraform takes what is pushed to a file for one more change.
        const pushed = { serial: one === terraform ? serial + 1 : serial, outputs: { told: { value: i } } }
        expect(state()).toMatchObject({ ...pushed, lineage: before.lineage })
        for (const other of both()) expect(JSON.parse(await other.run('state', 'pull'))).toMatchObject(pushed)
      }
      const text = readFileSync(path(), 'utf8')
      const { serial } = state()
      const refused = [
        { ...state(), serial: serial - 1 },
        { ...state(), lineage: 'another', serial: serial + 1 },
        { ...state(), outputs: {} },
      ]
      for (const one of both()) {
        for (const content of refused) {
          place.write('refused.tfstate', content)
          expect(await one.fails('state', 'push', 'refused.tfstate')).not.toBe('')
        }
        place.write('same.tfstate', text)
        await one.run('state', 'push', 'same.tfstate')
      }
      expect(state()).toEqual(JSON.parse(text))
    })

    it('show: the values that the other recorded, but for what is secret', async () => {
      for (const [writer, reader] of [both(), [...both()].reverse()] as [Program, Program][]) {
        writeFileSync(path(), '')
        await writer.run('apply', '-auto-approve')
        const shown = await reader.run('state', 'show', 'terraform_data.a')
        expect(shown).toContain('9007199254740993')
        expect(shown).toContain(String(state().resources[0]?.instances[0]?.attributes['id']))
        // Terraform shows it in the output, which has no mark of its own.
        if (reader === hubform) expect(shown).not.toContain('s3cret')
        expect((await reader.run('output', '-json', 'count')).trim()).toBe('2')
      }
    })
  },
)

type Run = (
  args: readonly string[],
) => Promise<{ readonly code: number | null; readonly stdout: string; readonly text: string }>

function program(name: string, run: Run): Program {
  return {
    name,
    async run(...args) {
      const { code, stdout, text } = await run(args)
      expect(code, `${name} ${args.join(' ')}:\n${text}`).toBe(0)
      return stdout
    },
    async fails(...args) {
      const { code, text } = await run(args)
      expect(code, `${name} ${args.join(' ')}:\n${text}`).toBe(1)
      return text
    },
  }
}
