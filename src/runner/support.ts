import type { Handicap } from '../handicap.ts'
import type { Options, Traits } from '../transport.ts'
import type { WorkloadSpec } from '../workload.ts'

type Needs = WorkloadSpec['needs']

/** Each trait as a reader would say it is missing. */
const LACKS: { readonly [Name in keyof Needs]-?: string } = {
  push: 'its server cannot send without being asked',
  ordered: 'it does not keep messages in order',
  halfClose: 'it cannot close one direction alone',
  seesPeerClose: 'it does not see that its peer is gone',
  answers: 'its client does not hear back in the way this workload needs',
}

/** From the one that can do all the others can. */
const ANSWERS: ReadonlyArray<Traits['answers']> = ['any', 'each', 'end']

/** Why a transport cannot carry a workload; undefined when it can. */
export function missingTrait(
  { name, needs }: Pick<WorkloadSpec, 'name' | 'needs'>,
  traits: Traits,
): string | undefined {
  for (const trait of Object.keys(needs) as Array<keyof Needs>) {
    if (!satisfies(trait, traits, needs)) return `${name} needs ${trait}: ${String(needs[trait])}; ${LACKS[trait]}`
  }
  return undefined
}

/** Why a subject cannot be measured; undefined when it can. */
export function unsupported(
  workload: Pick<WorkloadSpec, 'name' | 'needs'>,
  traits: Traits,
  handicap: Handicap | undefined,
): string | undefined {
  return missingTrait(workload, traits) ?? (handicap && missingForHandicap(handicap, traits))
}

/** Why a transport's server cannot be handicapped so that the ledger shows it; undefined when it can. */
export function missingForHandicap(
  { lose, duplicate, reorder }: Handicap,
  { answers, ordered }: Pick<Traits, 'answers' | 'ordered'>,
): string | undefined {
  if (lose === undefined && duplicate === undefined && reorder === undefined) return undefined
  const faults = 'a handicap that loses, duplicates or reorders'
  if (!ordered) return `${faults} needs ordered: true; ${LACKS.ordered}`
  if (answers === 'each')
    return `${faults} needs answers: any; a message without its own answer would answer for another`
  return undefined
}

/** A transport that answers at any time answers each message, too, and one that answers each can do so at the end. */
function satisfies(trait: keyof Needs, traits: Traits, needs: Needs): boolean {
  if (trait !== 'answers') return traits[trait] === needs[trait]
  return ANSWERS.indexOf(traits.answers) <= ANSWERS.indexOf(needs.answers ?? 'end')
}

/** What a server sends back: what the workload needs, and where the transport can only do more or less often, that. */
export function answersWith({ answers }: Needs, traits: Traits): Options['answers'] {
  if (answers === undefined) return 'none'
  if (traits.answers !== 'any') return traits.answers
  return 'each'
}
