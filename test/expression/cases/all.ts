// Every row has been checked against Terraform 1.11; `console.test.ts` does so again where Terraform is present.

import type { Table } from '../table.ts'
import { access } from './access.ts'
import { attempt } from './attempt.ts'
import { collection } from './collection.ts'
import { conditional } from './conditional.ts'
import { conversion } from './conversion.ts'
import { date } from './date.ts'
import { encoding } from './encoding.ts'
import { file } from './file.ts'
import { format } from './format.ts'
import { hash } from './hash.ts'
import { loop } from './loop.ts'
import { network } from './network.ts'
import { numeric } from './numeric.ts'
import { object } from './object.ts'
import { operators } from './operators.ts'
import { regex } from './regex.ts'
import { sequence } from './sequence.ts'
import { set } from './set.ts'
import { string } from './string.ts'
import { template } from './template.ts'
import { yaml } from './yaml.ts'

export const tables: readonly Table[] = [
  access,
  attempt,
  collection,
  conditional,
  conversion,
  date,
  encoding,
  file,
  format,
  hash,
  loop,
  network,
  numeric,
  object,
  operators,
  regex,
  sequence,
  set,
  string,
  template,
  yaml,
]
