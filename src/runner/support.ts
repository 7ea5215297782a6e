import type { Traits } from '../transport.ts'
import type { Workload } from '../workload.ts'

/** Each trait as a reader would say it is missing. */
const LACKS: { readonly [Name in keyof Traits]: string } = {
  push: 'its server cannot send without being asked',
  ordered: 'it does not keep messages in order',
  halfClose: 'it cannot close one direction alone',
  textOnly: 'it carries binary messages only re-encoded',
  answers: 'its client does not hear back in the way this workload needs',
  seesPeerClose: 'it does not see that its peer is gone',
  socketsPerChannel: 'it needs another number of sockets a channel',
}

/** Why a transport cannot carry a workload; undefined when it can. */
export function missingTrait({ name, needs }: Workload, traits: Traits): string | undefined {
  for (const [trait, needed] of Object.entries(needs) as Array<[keyof Traits, Traits[keyof Traits]]>) {
    if (traits[trait] !== needed) return `${name} needs ${trait}: ${String(needed)}; ${LACKS[trait]}`
  }
  return undefined
}
