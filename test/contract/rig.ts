import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type {
  Channel,
  Closed,
  Dialer,
  Hello,
  Listener,
  Options,
  Receiver,
  ServerChannel,
  Transport,
} from '../../src/transport.ts'

/** Only a failsafe against hanging: nothing that passes waits for it, and nothing is measured by it. */
export const FAILSAFE_MS = 30_000

const QUIET_MS = 500

/** Time enough for what must not come. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, QUIET_MS))
}

export const OPTIONS: Options = { kind: 'text', answers: 'each', highWaterBytes: 64 * 1024 }

/** A receiver that keeps what it gets, and counts what must not happen. */
export class Inbox implements Receiver {
  readonly messages: Buffer[] = []
  drains = 0
  heards = 0
  ends = 0
  readonly closings: Closed[] = []
  /** Calls that came after `closed`. */
  readonly afterClosed: string[] = []
  onMessage: ((bytes: Uint8Array) => void) | undefined
  onEnd: (() => void) | undefined
  readonly #waiters = new Set<() => void>()

  message(bytes: Uint8Array): void {
    this.messages.push(Buffer.from(bytes))
    this.#happened('message')
    this.onMessage?.(bytes)
  }

  drain(): void {
    this.drains++
    this.#happened('drain')
  }

  heard(): void {
    this.heards++
    this.#happened('heard')
  }

  end(): void {
    this.ends++
    this.#happened('end')
    this.onEnd?.()
  }

  closed(why: Closed): void {
    this.closings.push(why)
    this.#happened('closed')
  }

  /** Waits for something that a call of the receiver makes true. */
  async until(what: string, isTrue: () => boolean): Promise<void> {
    if (isTrue()) return
    await new Promise<void>((resolve, reject) => {
      const failsafe = setTimeout(() => {
        this.#waiters.delete(check)
        const { messages, drains, ends, closings } = this
        const had = `${messages.length} messages, ${drains} drains, ${ends} ends, closed ${JSON.stringify(closings)}`
        reject(new Error(`never came: ${what}; there were ${had}`))
      }, FAILSAFE_MS)
      const check = () => {
        if (!isTrue()) return
        clearTimeout(failsafe)
        this.#waiters.delete(check)
        resolve()
      }
      this.#waiters.add(check)
    })
  }

  /** Waits until `count` messages have come in all. */
  async received(count: number): Promise<Buffer[]> {
    await this.until(`message ${count}`, () => this.messages.length >= count)
    return this.messages
  }

  /** Waits for `closed`, and for what might wrongly follow it. */
  async hasClosed(): Promise<Closed> {
    await this.until('closed', () => this.closings.length > 0)
    await ticks(5)
    const [why] = this.closings
    if (!why || this.closings.length > 1) throw new Error(`closed ${this.closings.length} times`)
    if (this.afterClosed.length > 0) throw new Error(`after closed came ${this.afterClosed.join()}`)
    return why
  }

  #happened(what: string): void {
    if (this.closings.length > (what === 'closed' ? 1 : 0)) this.afterClosed.push(what)
    for (const check of this.#waiters) check()
  }
}

/** Both ends of one channel. */
export interface Pair {
  readonly client: Side<Channel>
  readonly server: Side<ServerChannel<unknown>>
}

export interface Side<C extends Channel = Channel> {
  readonly channel: C
  readonly inbox: Inbox
}

export interface Rig {
  readonly transport: Transport
  readonly listener: Listener<unknown>
  readonly dialer: Dialer
  /** Channels that the server accepted, oldest first. */
  readonly accepted: Side<ServerChannel<unknown>>[]
  connect(hello?: Hello, lastEventId?: string): Promise<Pair>
}

export interface RigOptions extends Partial<Options> {
  /** Runs inside `accept`. */
  readonly onAccept?: (channel: ServerChannel<unknown>, inbox: Inbox) => void
  /** Where clients dial instead of the listener's own address. */
  readonly via?: (address: string) => Promise<string>
}

/** A listener and a dialer for one test; closed after it. */
export async function rig(t: TestContext, transport: Transport, rigOptions: RigOptions = {}): Promise<Rig> {
  const { onAccept, via, ...changed } = rigOptions
  const options = { ...OPTIONS, ...changed }
  const accepted: Rig['accepted'] = []
  const listener = await transport.listen(options, (channel) => {
    const inbox = new Inbox()
    accepted.push({ channel, inbox })
    onAccept?.(channel, inbox)
    return inbox
  })
  const dialer = transport.dial(via ? await via(listener.address) : listener.address, options)
  t.after(async () => {
    await dialer.close()
    await listener.close()
  })
  let pairs = 0
  return {
    transport,
    listener,
    dialer,
    accepted,
    async connect(hello = {}, lastEventId) {
      // The server sees who it is, because channels that connect at once are accepted in any order.
      const pair = String(pairs++)
      const inbox = new Inbox()
      const channel = await dialer.connect(inbox, { ...hello, pair }, lastEventId)
      const server = accepted.find((side) => side.channel.hello.pair === pair)
      if (!server) throw new Error('connect() resolved before the server accepted the channel')
      return { client: { channel, inbox }, server }
    },
  }
}

/** Lets the event loop turn, for what must not happen. */
export async function ticks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits for a fact that no receiver reports. */
export async function eventually(what: string, isTrue: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + FAILSAFE_MS
  while (!isTrue()) {
    if (Date.now() > deadlineMs) throw new Error(`never became true: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The way messages go: from which side of a pair to which. */
export const DIRECTIONS = ['up', 'down'] as const
export type Direction = (typeof DIRECTIONS)[number]

/**
 * Skips what a server must say unasked, with the reason. `answers` asserts that such a transport really cannot, so
 * that the reason does not outlive the trait.
 */
export function needsPush({ traits }: Transport): { skip: string | false } {
  return { skip: !traits.push && 'no push: the server answers only' }
}

/** The same for all that goes in one direction. */
export function needsDirection(transport: Transport, direction: Direction): { skip: string | false } {
  return direction === 'down' ? needsPush(transport) : { skip: false }
}

/** Skips what is about the order of messages. `delivery` asserts that they really overtake each other. */
export function needsOrder({ traits }: Transport): { skip: string | false } {
  return { skip: !traits.ordered && 'not ordered: messages may overtake each other' }
}

/** Whether a side of a channel can send without being asked. */
export function mayBegin({ traits }: Transport, direction: Direction): boolean {
  return direction === 'up' || traits.push
}

export function along(direction: Direction, pair: Pair): { from: Side; to: Side } {
  return direction === 'up' ? { from: pair.client, to: pair.server } : { from: pair.server, to: pair.client }
}

/** Makes the server answer: each message, or once at the end where it can answer only then. */
export function answering({ traits }: Transport, reply: (message: Buffer, hello: Hello) => Uint8Array) {
  return (channel: ServerChannel<unknown>, inbox: Inbox): void => {
    const answer = () => channel.send(reply(inbox.messages.at(-1) ?? Buffer.alloc(0), channel.hello))
    if (traits.answers === 'end') inbox.onEnd = answer
    else inbox.onMessage = answer
  }
}

/** Sends a message in the way that makes such a server answer it. */
export function ask({ traits }: Transport, channel: Channel, message: Uint8Array): void {
  channel.send(message)
  if (traits.answers === 'end') channel.end()
}

/** A client that cannot see that its server closed finds out by a message; what is asserted then holds for all. */
export function provoke({ traits }: Transport, direction: Direction, to: Side): void {
  if (direction === 'down' && !traits.seesPeerClose) to.channel.send(Buffer.from('still there?'))
}

/** All of it, once, in order where the transport keeps the order. */
export function assertArrived({ traits }: Transport, got: readonly Buffer[], sent: readonly Buffer[]): void {
  const sorted = (messages: readonly Buffer[]) => (traits.ordered ? messages : messages.toSorted(Buffer.compare))
  const expected = sorted(sent)
  assert.equal(got.length, sent.length, 'messages that arrived')
  for (const [at, message] of sorted(got).entries()) {
    const text = `message ${at}: got ${message.length} bytes, ${message.toString().slice(0, 40)}`
    assert.ok(expected[at]?.equals(message), text)
  }
}
