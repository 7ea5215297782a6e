/**
 * The transport contract: how opaque messages move. A transport never sees time, sequence numbers or workloads.
 * A server half (`listen`) and a client half (`dial`) both give channels.
 */
import type { Scalars, Values } from './parameter.ts'

export type { Scalars }

/** What a transport can carry, stated once; workloads compare it with what they need. */
export interface Traits {
  /** The server can send without being asked. False: a `send` that answers nothing is dropped, and returns false. */
  readonly push: boolean
  /** Messages of one channel arrive in the order they were sent. */
  readonly ordered: boolean
  /** `end()` closes one direction and leaves the other open. */
  readonly halfClose: boolean
  /** Bytes that are not UTF-8 text have to be re-encoded on the wire (SSE: base64). */
  readonly textOnly: boolean
  /**
   * Whether the client hears back: freely; once for each message, the server's n-th `send` being the answer to the n-th
   * message that it got; or once at the end, by the server's first `send` after the client's `end`, which then closes.
   */
  readonly answers: 'any' | 'each' | 'end'
  /** A side learns at once that the other one died or closed. False: the client finds out by its next message. */
  readonly seesPeerClose: boolean
  /** Which side finds out, by heartbeats of the transport's own, that its peer fell silent, and cuts it. */
  readonly heartbeat: 'both' | 'client' | 'none'
  /** Client sockets that one channel takes at the most; the server holds as many. */
  readonly socketsPerChannel: number
}

/** One property of a protocol, for those who choose one. */
export interface Fact {
  readonly holds: 'yes' | 'partly' | 'no'
  /** Why, with its source in words; a sentence without its full stop. */
  readonly because: string
}

/** What no figure shows: of the protocol, whatever implements it. */
export interface Facts {
  /** A page in a browser can speak it. */
  readonly browser: Fact
  /** Text and bytes both travel as they are, and the receiver is told which of the two came. */
  readonly payloads: Fact
  /** A client that comes back can say, by the protocol's own means, what it has already. */
  readonly resume: Fact
}

/** What one run asks of a transport, the same for every transport. */
export interface Options {
  /** `text`: messages are UTF-8 without CR. `binary`: any bytes. */
  readonly kind: 'text' | 'binary'
  /** What the workload sends back. `none`: the transport completes each call empty. */
  readonly answers: 'each' | 'none' | 'end'
  /** A channel is full from this many unsent bytes on: one threshold for all transports, counted by the transport. */
  readonly highWaterBytes: number
  /**
   * Every `everyMs` a side asks the other for a sign of life, by the transport's own means, where its trait allows it. One
   * that misses `missed` in a row is dead: the channel is cut, `closed` says `by: 'heartbeat'`.
   */
  readonly heartbeat?: Heartbeat
  /** The server's port; any free one unless given. */
  readonly port?: number
  /** Source address of the client's sockets, on loopback; the system's choice unless given. */
  readonly localAddress?: string
  /** What a server tells clients to wait before they come back, where the transport has a way to say so (SSE: `retry:`). */
  readonly retryMs?: number
  /** The transport's own, as it declares them (`Transport.options`), after defaults; absent: all by default. */
  readonly own?: Values
}

export interface Heartbeat {
  readonly everyMs: number
  readonly missed: number
}

/** Facts in printable ASCII, keys included, that a client sends while it connects; travels as query, metadata or first frame. */
export type Hello = Readonly<Record<string, string>>

/**
 * Why a channel closed. `error` is absent after an orderly goodbye and after one's own `destroy`, and present where the
 * channel was cut by the peer, or where a `close` found the peer dead.
 */
export interface Closed {
  readonly by: 'self' | 'peer' | 'heartbeat'
  readonly error?: Error
}

/** What a channel tells its owner. May be called before `connect()` resolves. */
export interface Receiver {
  /** One whole message. The bytes are valid only during the call. */
  message(bytes: Uint8Array): void
  /** The channel was full and has room again. */
  drain?(): void
  /** The peer gave a sign of life that was no message: an answer to a heartbeat. */
  heard?(): void
  /** The peer half-closed: no more messages will come, sending still works. */
  end?(): void
  /** Called exactly once, and nothing after it. Never called for a `connect()` that rejected. */
  closed(why: Closed): void
}

/** One logical connection. */
export interface Channel {
  /**
   * Takes one message; the caller may overwrite the bytes as soon as `send` returns.
   * What is sent in one turn of the event loop leaves in one write. On a closed channel it does nothing.
   * @param id the event id, where the transport has one; others ignore it
   * @returns false: the message was TAKEN, and the channel is now full; or the channel is closed
   */
  send(message: Uint8Array, id?: string): boolean
  /** No room: `queuedBytes() >= highWaterBytes`. `drain` follows. */
  readonly full: boolean
  /** Payload bytes taken by `send` and not yet handed to the operating system. */
  queuedBytes(): number
  /** Stops reading, so that the peer comes to feel back-pressure. A few messages already read may still come. */
  pause(): void
  resume(): void
  /** Half-close, where the trait says so; elsewhere the same as `close`. */
  end(): void
  /** Everything this side sent arrives, then `closed` on both sides. A paused channel reads on, for the peer's goodbye. */
  close(): void
  /** Cuts the channel: no goodbye, what was queued is lost; `closed` follows on both sides. */
  destroy(): void
  /** What the server said to wait before coming back (`Options.retryMs`), where the transport has a way to say so. */
  readonly retryMs?: number
}

/** The server's end of a channel. `F` is the transport's own encoded form of a message. */
export interface ServerChannel<F> extends Channel {
  readonly hello: Hello
  /** The last event id the client saw before it came back. */
  readonly lastEventId?: string
  /** Remote address, `host:port`. */
  readonly peer: string
  /** Like `send`, for a message that `Listener.encode` prepared once for many channels. */
  sendEncoded(frame: F): boolean
}

/** Bytes that crossed the sockets since the endpoint was made. Up: client to server. */
export interface WireBytes {
  readonly up: number
  readonly down: number
}

export interface Endpoint {
  wire(): WireBytes
  /** Cuts what is still open, frees every socket and port, then resolves. */
  close(): Promise<void>
}

export interface Listener<F> extends Endpoint {
  /** Where clients find it, `host:port`; on loopback at a free port. */
  readonly address: string
  encode(message: Uint8Array, id?: string): F
}

export interface Dialer extends Endpoint {
  /**
   * Opens one channel. Resolves when both directions work, after the server accepted it.
   * @param lastEventId the last event id seen, when coming back
   * @throws Error with a message fit for a user, when nobody listens or the handshake fails
   */
  connect(receiver: Receiver, hello: Hello, lastEventId?: string): Promise<Channel>
}

export interface Transport<F = unknown> {
  readonly name: string
  /** One line for `rtbench list`. */
  readonly summary: string
  readonly traits: Traits
  readonly facts: Facts
  /** Of other people, that carry its messages: another version of them is another subject. */
  readonly packages: readonly string[]
  /** What a subject may say beside its name, both halves then doing so. Defaults are the same for every transport that has it. */
  readonly options?: Scalars
  /** @param accept called when the handshake is done, so that sending inside it is legal */
  listen(options: Options, accept: (channel: ServerChannel<F>) => Receiver): Promise<Listener<F>>
  /** The client that applications use. One dialer a process. */
  dial(address: string, options: Options): Dialer
}
