import { setTimeout as sleep } from 'node:timers/promises'
import type { Inbox } from '../workload.ts'
import { Account, type Shared } from './account.ts'

/** How often settling looks whether everything has come, ms. */
const SETTLE_POLL_MS = 5

/** Takes messages in for every subscriber of this process and keeps the delivery side of the ledger. */
export function createInbox(shared: Shared): Inbox {
  const bySource = new Map<number, Map<number, Account>>()
  const of = (source: number): Map<number, Account> => {
    const accounts = bySource.get(source) ?? new Map<number, Account>()
    bySource.set(source, accounts)
    return accounts
  }
  return {
    inlet(subscriber, source, options = {}) {
      const accounts = of(source)
      const account = accounts.get(subscriber) ?? new Account(shared, subscriber, source, options)
      accounts.set(subscriber, account)
      return account
    },
    beside(bytes) {
      shared.activity.messages++
      shared.traffic.received++
      shared.traffic.receivedBytes += bytes
    },
    async settle(owed, deadlineNs) {
      let waiting = owed.flatMap((one) => [...of(one.source).values()].map((account) => ({ one, account })))
      for (;;) {
        waiting = waiting.filter(({ one, account }) => !account.complete(one))
        if (waiting.length === 0) return []
        const nowNs = shared.clock.nowNs()
        if (nowNs >= deadlineNs) {
          // The youngest of them was due before the end of the window.
          const overdue = nowNs - shared.recorder.endNs >= shared.timeoutNs
          if (overdue) for (const { one, account } of waiting) account.giveUp(one.to)
          return []
        }
        await sleep(SETTLE_POLL_MS)
      }
    },
    got: () => [...bySource.values()].flatMap((accounts) => [...accounts.values()].map((account) => account.got())),
  }
}
