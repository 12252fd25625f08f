// What the real Terraform makes of a state that it cannot read: nothing, and it leaves it alone.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { decodeState, encodeState } from '../../src/state/file.ts'
import { openState, sealState } from '../../src/state/sealed/envelope.ts'
import { oldKey } from '../state/sealed/keys.ts'
import { noTerraform, workspace } from '../support/terraform.ts'

describe.skipIf(noTerraform !== undefined)(
  `an encrypted state under Terraform${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  () => {
    it('is refused by every command, and stays as it is', async () => {
      const place = workspace({})
      onTestFinished(() => place.dispose())
      place.write({ resource: { terraform_data: { one: { input: 'x' } } } })
      expect((await place.run('init')).status).toBe(0)
      await place.apply()
      const path = join(place.directory, 'terraform.tfstate')
      const clear = readFileSync(path, 'utf8')
      const sealed = sealState(clear, oldKey)
      writeFileSync(path, sealed)
      const before = readdirSync(place.directory).sort()
      for (const args of [
        ['plan'],
        ['apply', '-auto-approve'],
        ['destroy', '-auto-approve'],
        ['refresh'],
        ['state', 'list'],
        ['state', 'rm', 'terraform_data.one'],
        ['state', 'push', '-force', 'terraform.tfstate'],
      ]) {
        const { status, text } = await place.run(...args, ...(args[0] === 'state' ? [] : ['-input=false']))
        expect(status, args.join(' ')).toBe(1)
        expect(text, args.join(' ')).toMatch(/version|state/i)
        expect(readFileSync(path, 'utf8'), args.join(' ')).toBe(sealed)
      }
      expect(readdirSync(place.directory).sort()).toEqual(before)
      // Opened again it is Terraform's own text, byte for byte, which plans empty.
      writeFileSync(path, openState(sealed, [oldKey], { file: path }).text)
      expect(readFileSync(path, 'utf8')).toBe(clear)
      expect(await place.plan()).toEqual([])
      expect(encodeState(decodeState(clear, { file: path }))).toContain('terraform_data')
    })
  },
)
