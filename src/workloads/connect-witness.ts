import type { Channel, Dialer, Receiver } from '../transport.ts'
import type { Half, Host, Source } from '../workload.ts'
import { calmFromNs, warmedUp } from './connect-calm.ts'
import type { ConnectParameters } from './connect-parameters.ts'

/** Connections that were there before the storm and exchange messages at a rate of their own: what does it do to them? */
export function witnesses(host: Host<ConnectParameters>, dialer: Dialer): Half {
  const { connections: count, rate } = host.parameters.established
  const composer = host.composer()
  const reader = host.reader()
  const calm = host.histogram('calm')
  const storm = host.histogram('storm')
  const found = { witnessesLost: 0, calmAsked: 0, asked: 0, answered: 0 }
  let calmNs = 0
  let stormNs = 0
  let endNs = 0
  let warmed = 0

  class Witness implements Source, Receiver {
    readonly number: number
    open = true
    channel: Channel | undefined

    constructor(number: number) {
      this.number = number
    }

    get full(): boolean {
      return this.channel?.full ?? true
    }

    emit(sequence: number, intendedNs: number, lagNs: number): number {
      if (intendedNs >= stormNs) found.asked++
      else {
        warmed++
        if (intendedNs >= calmNs) found.calmAsked++
      }
      const { number: source } = this
      const message = composer.stamp({ kind: 0, source, sequence, intendedNs, lagNs, position: 0 })
      this.channel?.send(message)
      return message.length
    }

    abandon(): void {}

    message(bytes: Uint8Array): void {
      host.inbox.beside(bytes.length)
      if (reader.read(bytes) !== 'good') return
      const { intendedNs } = reader.header
      const latencyNs = host.nowNs() - intendedNs
      if (intendedNs >= stormNs && intendedNs < endNs) {
        found.answered++
        storm.record(latencyNs)
      } else if (intendedNs >= calmNs) calm.record(latencyNs)
    }

    closed(): void {
      this.open = false
      found.witnessesLost++
    }
  }

  const first = host.connections - count
  const all = host.channels.map((number) => new Witness(number - first))

  return {
    prepare: () =>
      host.connect(async (_, index) => {
        const witness = all[index]
        if (witness) witness.channel = await dialer.connect(witness, {})
      }),
    async start(window) {
      calmNs = calmFromNs(window)
      stormNs = window.warmNs
      endNs = window.endNs
      await host.paceOf({ model: 'open', ratePerSec: rate, arrivals: 'uniform' }, all, count).run(window)
      return [warmedUp(host, warmed)]
    },
    settle: async () => [],
    finish: () => ({ got: [], found: { ...found } }),
  }
}
