import type { Traits } from '../transport.ts'
import type { Workload } from '../workload.ts'

/** Each trait as a reader would say it is missing. */
const LACKS: { readonly [Name in keyof Workload['needs']]-?: string } = {
  push: 'its server cannot send without being asked',
  ordered: 'it does not keep messages in order',
  halfClose: 'it cannot close one direction alone',
  seesPeerClose: 'it does not see that its peer is gone',
  answers: 'its client does not hear back in the way this workload needs',
}

/** Why a transport cannot carry a workload; undefined when it can. */
export function missingTrait({ name, needs }: Workload, traits: Traits): string | undefined {
  for (const [trait, needed] of Object.entries(needs) as Array<[keyof Workload['needs'], Traits[keyof Traits]]>) {
    if (!satisfies(traits[trait], needed)) return `${name} needs ${trait}: ${String(needed)}; ${LACKS[trait]}`
  }
  return undefined
}

/** A transport that answers at any time answers each message, too, and once at the end. */
function satisfies(has: Traits[keyof Traits], needed: Traits[keyof Traits]): boolean {
  return has === needed || has === 'any'
}
