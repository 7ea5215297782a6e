import type { Channel, Closed, Dialer, Receiver } from '../transport.ts'
import type { Half, Host, Inlet, Source } from '../workload.ts'
import { calmFromNs, warmedUp } from './connect-calm.ts'
import type { ConnectParameters } from './connect-parameters.ts'

/** Opens connections on schedule: each is a source of one message, and the subscriber to its answer. */
export function storm(host: Host<ConnectParameters>, dialer: Dialer): Half {
  const composer = host.composer()
  const reader = host.reader()
  const connected = host.histogram('connected')
  /** How many were refused, by cause. */
  const refused: Record<string, number> = {}
  let opened = 0

  class Opening implements Source, Receiver {
    readonly number: number
    readonly full = false
    /** It opens once. */
    open = true
    private channel: Channel | undefined
    private readonly inlet: Inlet

    constructor(number: number) {
      this.number = number
      this.inlet = host.inbox.inlet(number, number)
    }

    emit(sequence: number, intendedNs: number, lagNs: number): number {
      this.open = false
      this.begin(sequence, intendedNs, lagNs)
      return host.settings.payload.sizeBytes
    }

    abandon(): void {}

    message(bytes: Uint8Array): void {
      const state = reader.read(bytes)
      if (state === 'good') this.inlet.take(reader.header, bytes.length)
      else this.inlet.damaged(bytes.length, state === 'damaged' ? reader.header : undefined)
      const { hold } = host.parameters
      if (hold !== undefined) host.after(hold, () => this.leave())
    }

    closed(why: Closed): void {
      this.inlet.closed(why)
    }

    private async begin(sequence: number, intendedNs: number, lagNs: number): Promise<void> {
      try {
        this.channel = await dialer.connect(this, {})
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown))
        refused[error.message] = (refused[error.message] ?? 0) + 1
        this.inlet.closed({ by: 'peer', error })
        return
      }
      opened++
      connected.record(host.nowNs() - intendedNs)
      this.channel.send(composer.stamp({ kind: 0, source: this.number, sequence, intendedNs, lagNs, position: 0 }))
    }

    private leave(): void {
      this.inlet.left(1)
      this.channel?.close()
    }
  }

  /** Opens a connection that is in nobody's account, and closes it when it was answered: code and memory get warm. */
  const rehearse = async (number: number, sequence: number, intendedNs: number, lagNs: number): Promise<void> => {
    let channel: Channel | undefined
    try {
      const answered = (bytes: Uint8Array): void => {
        host.inbox.beside(bytes.length)
        channel?.close()
      }
      channel = await dialer.connect({ message: answered, closed() {} }, {})
    } catch {
      // Whoever refuses connections will refuse those of the window, too, and there they count.
      return
    }
    channel.send(composer.stamp({ kind: 0, source: number, sequence, intendedNs, lagNs, position: 0 }))
  }
  const rehearsal = (number: number): Source => ({
    number,
    open: true,
    full: false,
    emit(sequence, intendedNs, lagNs) {
      rehearse(number, sequence, intendedNs, lagNs)
      return host.settings.payload.sizeBytes
    },
    abandon() {},
  })

  const openings = host.channels.map((number) => new Opening(number))
  const total = host.connections - host.parameters.established.connections

  return {
    prepare: async () => {},
    async start(window) {
      const { startNs, warmNs } = window
      const rehearsed = host.paceOf(host.settings.load, host.channels.map(rehearsal), total)
      const [warm, sents] = await Promise.all([
        rehearsed.run({ startNs, warmNs: startNs, endNs: calmFromNs(window) }),
        host.pace(openings, total).run({ ...window, startNs: warmNs }),
      ])
      const count = warm.reduce((sum, { to }) => sum + to, 0)
      return [...sents, warmedUp(host, count)]
    },
    settle: (owed, deadlineNs) => host.inbox.settle(owed, deadlineNs),
    finish: () => ({ got: host.inbox.got(), found: { opened, refused: { ...refused } } }),
  }
}
