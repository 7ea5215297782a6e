import type { Channel, Hello, ServerChannel } from '../transport.ts'
import type { Agenda } from './handicap-agenda.ts'
import type { Lottery } from './handicap-fault.ts'

/** What the channels of one handicapped server share. */
export interface Bench {
  readonly agenda: Agenda
  readonly lottery: Lottery
  /** The work for one message. */
  readonly burn: () => void
  /** A channel that holds back so many bytes takes no more for now. */
  readonly roomBytes: number
}

/** A server's channel as the workload sees it, with the transport's behind it. */
export class Facade implements Channel {
  readonly hello: Hello
  readonly lastEventId?: string
  readonly peer: string
  private readonly behind: Channel

  constructor(behind: ServerChannel<unknown>) {
    this.behind = behind
    this.hello = behind.hello
    this.peer = behind.peer
    if (behind.lastEventId !== undefined) this.lastEventId = behind.lastEventId
  }

  get full(): boolean {
    return this.behind.full
  }

  queuedBytes(): number {
    return this.behind.queuedBytes()
  }

  send(message: Uint8Array, id?: string): boolean {
    return this.behind.send(message, id)
  }

  pause(): void {
    this.behind.pause()
  }

  resume(): void {
    this.behind.resume()
  }

  end(): void {
    this.behind.end()
  }

  close(): void {
    this.behind.close()
  }

  destroy(): void {
    this.behind.destroy()
  }
}
