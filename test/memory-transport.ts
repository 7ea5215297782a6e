/**
 * A transport without sockets, for tests: channels within one process, delivered on later turns of the event loop.
 * It can be made to misbehave, so that tests see whether a ledger notices.
 */
import type {
  Closed,
  Dialer,
  Hello,
  Listener,
  Options,
  Receiver,
  ServerChannel,
  Transport,
  WireBytes,
} from '../src/transport.ts'

type Direction = keyof WireBytes
type Counts = Record<Direction, number>

/**
 * What becomes of a message: `[]` loses it, `[bytes, bytes]` doubles it, other bytes corrupt it; what is kept and
 * returned with a later message is reordered. The bytes are a copy, free to be kept or changed.
 * @param index number of the message in its direction, over all channels of the transport, from 0
 */
export type Mischief = (direction: Direction, index: number, bytes: Uint8Array) => Uint8Array[]

export function memoryTransport(mischief: Mischief = (_direction, _index, bytes) => [bytes]): Transport<Uint8Array> {
  const listeners = new Map<string, (client: End) => void>()
  const sent: Counts = { up: 0, down: 0 }
  const onTheWay = (direction: Direction) => (bytes: Uint8Array) => mischief(direction, sent[direction]++, bytes)
  let ports = 1

  return {
    name: 'memory',
    summary: 'Within one process, for tests.',
    packages: [],
    traits: {
      push: true,
      ordered: true,
      halfClose: true,
      textOnly: false,
      answers: 'any',
      seesPeerClose: true,
      heartbeat: 'none',
      socketsPerChannel: 0,
    },
    facts: {
      browser: { holds: 'no', because: 'there is no other process' },
      payloads: { holds: 'partly', because: 'messages are bytes' },
      resume: { holds: 'no', because: 'nothing outlives a channel' },
    },

    async listen(options, accept): Promise<Listener<Uint8Array>> {
      const address = `memory:${ports++}`
      const wire: Counts = { up: 0, down: 0 }
      const ends = new Set<End>()
      listeners.set(address, (client) => {
        const server = new End('down', options, onTheWay('down'), wire)
        server.hello = client.hello
        if (client.lastEventId !== undefined) server.lastEventId = client.lastEventId
        server.peer = `memory:${ports++}`
        ends.add(server)
        server.other = client
        client.other = server
        server.receiver = accept(server)
      })
      return {
        address,
        encode: (message) => Uint8Array.from(message),
        wire: () => ({ ...wire }),
        async close() {
          listeners.delete(address)
          for (const end of ends) end.destroy()
          await turn()
        },
      }
    },

    dial(address, options): Dialer {
      const wire: Counts = { up: 0, down: 0 }
      const ends = new Set<End>()
      return {
        async connect(receiver, hello, lastEventId) {
          const end = new End('up', options, onTheWay('up'), wire)
          end.hello = { ...hello }
          if (lastEventId !== undefined) end.lastEventId = lastEventId
          ends.add(end)
          await turn()
          const enter = listeners.get(address)
          if (!enter) throw new Error(`memory: cannot connect to ${address}: refused, nobody listens there`)
          if (!ends.has(end)) throw new Error(`memory: cannot connect to ${address}: closed meanwhile`)
          end.receiver = receiver
          enter(end)
          return end
        },
        wire: () => ({ ...wire }),
        async close() {
          for (const end of ends) end.destroy()
          ends.clear()
          await turn()
        },
      }
    },
  }
}

/** One end of a channel, and what it sent that the other has not got yet. */
class End implements ServerChannel<Uint8Array> {
  hello: Hello = {}
  lastEventId?: string
  peer = ''
  other: End | undefined
  receiver: Receiver | undefined
  readonly #direction: Direction
  readonly #options: Options
  readonly #onTheWay: (bytes: Uint8Array) => Uint8Array[]
  readonly #wire: Counts
  #queue: (Uint8Array | 'end' | 'goodbye')[] = []
  #queuedBytes = 0
  #wasFull = false
  #scheduled = false
  #paused = false
  ended = false
  #saidGoodbye = false
  #gone = false
  #by: Closed['by'] | undefined

  constructor(direction: Direction, options: Options, onTheWay: (bytes: Uint8Array) => Uint8Array[], wire: Counts) {
    this.#direction = direction
    this.#options = options
    this.#onTheWay = onTheWay
    this.#wire = wire
  }

  get full(): boolean {
    return this.#queuedBytes >= this.#options.highWaterBytes
  }

  queuedBytes(): number {
    return this.#queuedBytes
  }

  send(message: Uint8Array): boolean {
    if (this.ended) return false
    for (const bytes of this.#onTheWay(Uint8Array.from(message))) {
      this.#queuedBytes += bytes.length
      this.#put(bytes)
    }
    if (this.full) this.#wasFull = true
    return !this.full
  }

  sendEncoded(encoded: Uint8Array): boolean {
    return this.send(encoded)
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.other?.schedule()
  }

  end(): void {
    if (this.ended) return
    if (this.other?.ended) {
      this.close()
    } else {
      this.ended = true
      this.#put('end')
    }
  }

  close(): void {
    if (this.#by || this.#gone) return
    this.#by = 'self'
    this.#goodbye()
  }

  destroy(): void {
    if (this.#gone) return
    this.#by ??= 'self'
    const { other } = this
    this.vanish()
    if (!other || other.#gone) return
    other.#by ??= 'peer'
    other.vanish(new Error('memory: the peer went away without a goodbye'))
  }

  #goodbye(): void {
    this.ended = true
    this.#put('goodbye')
    this.resume()
  }

  #put(item: Uint8Array | 'end' | 'goodbye'): void {
    this.#queue.push(item)
    this.schedule()
  }

  schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#deliver()
    })
  }

  #deliver(): void {
    const { other } = this
    const due = this.#queue
    this.#queue = []
    let next = 0
    while (next < due.length && other?.receiver && !other.#paused && !this.#gone) {
      const item = due[next++]
      if (item instanceof Uint8Array) {
        this.#queuedBytes -= item.length
        this.#wire[this.#direction] += item.length
        other.#wire[this.#direction] += item.length
        other.receiver.message(item)
      } else if (item === 'end') {
        other.receiver.end?.()
        if (other.ended) other.close()
      } else {
        this.#saidGoodbye = true
        other.#hearGoodbye()
      }
    }
    if (this.#gone) return
    this.#queue = [...due.slice(next), ...this.#queue]
    if (!this.#wasFull || this.full || this.#by) return
    this.#wasFull = false
    this.receiver?.drain?.()
  }

  #hearGoodbye(): void {
    if (!this.#by) {
      this.#by = 'peer'
      this.#goodbye()
    }
    if (!this.#saidGoodbye) return
    const { other } = this
    this.vanish()
    other?.vanish()
  }

  /** Becomes silent at once, and tells its owner on a later turn. */
  vanish(error?: Error): void {
    this.#gone = true
    this.ended = true
    this.#queue = []
    this.#queuedBytes = 0
    const why: Closed = { by: this.#by ?? 'self', ...(error && { error }) }
    setImmediate(() => this.receiver?.closed(why))
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
