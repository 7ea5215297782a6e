import { isDisturbed, untilQuiet, watchOthers } from './machine.ts'

/** So many attempts for each round that is wanted. */
const MOST_ATTEMPTS = 3

export interface Rounds<Name extends string, Figures> {
  readonly results: Readonly<Record<Name, readonly Figures[]>>
  /** Rounds that were measured again, because others took part of the machine. */
  readonly disturbed: number
}

/**
 * Measures every contestant once a round, in turning order. A round in which others took the machine is measured again,
 * whatever came of it; when that happens too often, the last rounds count as they are.
 * @param servers processes that run all the while and are measured
 */
export async function alternate<Name extends string, Figures>(
  contestants: Readonly<Record<Name, () => Promise<Figures>>>,
  rounds: number,
  servers: readonly number[],
  patienceMs: number,
): Promise<Rounds<Name, Figures>> {
  const order = Object.keys(contestants) as Name[]
  const results = Object.fromEntries(order.map((name) => [name, []])) as unknown as Record<Name, Figures[]>
  let disturbed = 0
  for (let kept = 0; kept < rounds; ) {
    await untilQuiet(patienceMs)
    const others = watchOthers(servers)
    const round = new Map<Name, Figures>()
    for (const name of order) round.set(name, await contestants[name]())
    if (isDisturbed(others()) && disturbed < (MOST_ATTEMPTS - 1) * rounds) {
      disturbed++
      continue
    }
    for (const [name, figures] of round) results[name].push(figures)
    order.push(...order.splice(0, 1))
    kept++
  }
  return { results, disturbed }
}
