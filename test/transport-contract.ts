import { describe } from 'node:test'
import type { Transport } from '../src/transport.ts'
import { addresses } from './contract/addresses.ts'
import { answers } from './contract/answers.ts'
import { death } from './contract/death.ts'
import { delivery } from './contract/delivery.ts'
import { flow } from './contract/flow.ts'
import { heartbeat } from './contract/heartbeat.ts'
import { lifecycle } from './contract/lifecycle.ts'
import { wire } from './contract/wire.ts'

/**
 * Everything that `src/transport.ts` promises, for one transport. Where a trait is absent, the suite asserts the
 * behaviour without it, so that the trait cannot be wrong in either direction.
 * @param withinProcess it has no sockets, so that what concerns sockets and other processes does not apply
 */
export function transportContract(transport: Transport, { withinProcess = false } = {}): void {
  describe(`transport ${transport.name}`, () => {
    delivery(transport)
    answers(transport)
    flow(transport)
    lifecycle(transport)
    if (withinProcess) return
    wire(transport)
    death(transport)
    heartbeat(transport)
    addresses(transport)
  })
}
