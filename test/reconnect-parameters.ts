import type { Values } from '../src/parameter.ts'
import { reconnect } from '../src/workloads/reconnect.ts'
import { parametersFor } from './memory-rig.ts'

type All = Parameters<typeof reconnect.cast>[1]

/** Every client cuts its connection once, and comes back after 10 ms at the most; tests change what they are about. */
export function reconnectParameters(drop: Partial<All['drop']>, more: Partial<Omit<All, 'drop'>> = {}): Values {
  return parametersFor(reconnect, {
    drop: { by: 'client', share: 1, every: undefined, down: 300e6, ...drop },
    history: 1000,
    backoff: { initial: 10e6, max: 100e6, jitter: 0.5 },
    heartbeat: undefined,
    ...more,
  })
}
