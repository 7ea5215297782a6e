import type { Composer } from '../message.ts'
import type { ServerChannel } from '../transport.ts'
import type { Host } from '../workload.ts'
import type { Gate } from './gate.ts'
import { Kind } from './kind.ts'

/** What a server does about a member that does not take what it is sent. */
export interface BufferPolicy {
  readonly policy: 'none' | 'block' | 'drop' | 'disconnect'
  /** From so many unsent payload bytes on. For `block` not below the high-water mark, of which channels tell. */
  readonly limitBytes: number
}

/** One member on the server. */
export interface Member<F> {
  readonly number: number
  readonly channel: ServerChannel<F>
  /** `watched`: it has more waiting than it may, but what this turn sent has not left yet. `cut`: by the policy, or it is gone. */
  state: 'keeps up' | 'watched' | 'behind' | 'cut'
  /** Something was dropped since the last message that it was sent. */
  missedSome: boolean
}

/** What became of members that did not keep up; all of the window's messages. */
export interface Overflow {
  /** The most that waited for one member. */
  readonly largestBytes: number
  readonly dropped: number
  /** Numbers of members. */
  readonly disconnected: readonly number[]
  readonly blockedNs: number
}

/** The way out of a room to its members: what waits for each is bounded by a policy. */
export class Buffers<F> {
  private readonly host: Pick<Host, 'after'>
  private readonly policy: BufferPolicy['policy']
  private readonly limitBytes: number
  private readonly gate: Gate
  private readonly composer: Composer
  private largestBytes = 0
  private dropped = 0
  private readonly disconnected: number[] = []

  constructor(host: Pick<Host, 'after'>, { policy, limitBytes }: BufferPolicy, gate: Gate, composer: Composer) {
    this.host = host
    this.policy = policy
    this.limitBytes = limitBytes
    this.gate = gate
    this.composer = composer
  }

  /**
   * Sends messages that follow each other.
   * @param position of the first of them
   * @param measured how many of them are of the window
   */
  pass(member: Member<F>, frames: readonly F[], position: number, measured: number): void {
    if (member.state === 'cut') return
    const { channel } = member
    if (member.state === 'behind') {
      if (channel.queuedBytes() >= this.limitBytes) {
        this.dropped += measured
        member.missedSome = true
        return
      }
      member.state = 'keeps up'
    }
    if (member.missedSome) this.tellDropped(member, position)
    for (const frame of frames) channel.sendEncoded(frame)
    const queuedBytes = channel.queuedBytes()
    if (measured > 0 && queuedBytes > this.largestBytes) this.largestBytes = queuedBytes
    if (queuedBytes >= this.limitBytes) this.overrun(member)
  }

  /** Lets a member know that it will not get what it lacks below `position`. */
  tellDropped(member: Member<F>, position: number): void {
    if (!member.missedSome) return
    member.missedSome = false
    const header = { kind: Kind.dropped, source: 0, sequence: 0, intendedNs: 0, lagNs: 0, position }
    member.channel.send(this.composer.stamp(header))
  }

  private overrun(member: Member<F>): void {
    if (this.policy === 'block') this.gate.fellBehind(member)
    if (this.policy === 'none' || this.policy === 'block' || member.state !== 'keeps up') return
    // A burst that the socket takes at the end of the turn is no reason to drop or cut.
    member.state = 'watched'
    this.host.after(0, () => this.look(member))
  }

  private look(member: Member<F>): void {
    if (member.state !== 'watched') return
    member.state = 'keeps up'
    if (member.channel.queuedBytes() < this.limitBytes) return
    if (this.policy === 'drop') {
      member.state = 'behind'
    } else {
      member.state = 'cut'
      this.disconnected.push(member.number)
      member.channel.destroy()
    }
  }

  found(): Overflow {
    const { largestBytes, dropped, disconnected } = this
    return { largestBytes, dropped, disconnected, blockedNs: this.gate.blockedNs() }
  }
}
