// Both engines killed at the same calls: `npm run torture -- --beside-terraform`.
import { type Outcome, openTerraform, whyNotBeside } from './beside-terraform.ts'
import type { Cli } from './bundle.ts'
import type { TortureCase } from './cases.ts'
import type { Pick } from './pick.ts'
import { openStage } from './stage.ts'

/** Kills both before each writing call, before its answer and after it; prints what their next runs make of it. */
export async function compare(
  cases: readonly TortureCase[],
  { cli, pick, limit }: { readonly cli: Cli; readonly pick: Pick; readonly limit: number },
): Promise<void> {
  const reason = whyNotBeside()
  if (reason !== undefined) {
    console.log(`not compared with Terraform: ${reason}`)
    return
  }
  const theirs = new Map<Outcome, number>()
  let points = 0
  let lost = 0
  // Terraform has no word for destroying and describing at once, and a verb of its own for the first.
  for (const one of cases.filter(({ verb }) => verb === undefined)) {
    const [stage, terraform] = [await openStage(one, { cli }), await openTerraform(one)]
    try {
      const all = Array.from({ length: terraform.writes }, (_, i) => i + 1).flatMap((write) =>
        (['arrived', 'done', 'answered'] as const).map((when) => ({ write, when })),
      )
      for (const { write, when } of pick(all, limit)) {
        const outcome = await terraform.play(write, when)
        theirs.set(outcome, (theirs.get(outcome) ?? 0) + 1)
        const call = stage.course.writing[write - 1] ?? 0
        const { problems } = await stage.play([{ kind: 'call', call, when }])
        points += 1
        lost += problems.length > 0 ? 1 : 0
        if (outcome !== 'recovered' || problems.length > 0)
          console.log(
            `${one.name}, writing call ${write} ${when}: Terraform ${outcome}; ours ${problems.join('; ') || 'recovered'}`,
          )
      }
    } finally {
      await stage.close()
      await terraform.close()
    }
  }
  const said = [...theirs].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
  console.log(
    `${points} kill points in both. Terraform: ${said}. Ours: ${points - lost} recovered, ${lost} lost.`,
  )
}
