import type { Member, Role } from '../control.ts'
import { messageOf } from '../errors.ts'
import type { ReasonCode } from '../result.ts'
import { DeadlineMissed, within } from './deadline.ts'
import { MemberEnded, MemberFailed, startMember } from './member.ts'

export interface Reason {
  readonly code: ReasonCode
  readonly message: string
}

/** What one member answered. */
export interface Answered<T> {
  readonly member: Member
  readonly answer: T
}

/** The processes of one trial: who lives, who died and why, and who was given up. */
export class Crew {
  /** All there ever were, the first server first. */
  readonly members: Member[] = []
  /** Why the trial is not what it should be. */
  readonly reasons: Reason[] = []
  private readonly alive = new Set<Member>()
  /** Killed because they did not answer. */
  private readonly gaveUp = new Set<Member>()
  /** Their end was meant. */
  private readonly retired = new Set<Member>()
  /** Aborted when nothing shall befall the trial any more. */
  private readonly over = new AbortController()
  private ending = false
  /** What a failure that does not say its kind is, in the present phase. */
  private otherwise: ReasonCode = 'connect-failed'

  /** From here on a failure is no longer one of connecting. */
  connected(): void {
    this.otherwise = 'internal'
  }

  add(role: Role, index: number, group = ''): Member {
    const member = startMember(role, index, group)
    this.members.push(member)
    this.alive.add(member)
    member.ended.then((how) => this.died(member, how))
    return member
  }

  living(role?: Role): Member[] {
    return this.members.filter((member) => this.alive.has(member) && (role ?? member.role) === member.role)
  }

  /** Some member died, or was killed, that should not have. */
  get hasLosses(): boolean {
    return this.members.some((member) => !this.alive.has(member) && !this.retired.has(member))
  }

  get overSignal(): AbortSignal {
    return this.over.signal
  }

  /**
   * Asks all members that live. One that does not answer in time is killed, so that the others can hand over their accounts;
   * what it would have answered is missing, and why stands in `reasons`.
   */
  async ask<T>(
    phase: string,
    limitMs: number,
    ask: (member: Member) => Promise<T>,
    role?: Role,
  ): Promise<Answered<T>[]> {
    const answers = await Promise.all(
      this.living(role).map(async (member) => {
        try {
          return [{ member, answer: await within(limitMs, phase, ask(member)) }]
        } catch (thrown) {
          if (thrown instanceof MemberEnded) return []
          if (!(thrown instanceof DeadlineMissed)) throw thrown
          this.reasons.push({ code: 'deadline', message: `${this.nameOf(member)} did not answer: ${thrown.message}` })
          this.giveUp(member)
          return []
        }
      }),
    )
    return answers.flat()
  }

  /** Its end from here on is meant. */
  retire(member: Member): void {
    this.retired.add(member)
  }

  /** Keeps why something failed; a death has written its own reason, and what failed after it did so because of it. */
  fail(thrown: unknown): void {
    if (thrown instanceof MemberEnded || this.ending || (this.hasLosses && this.reasons.length > 0)) return
    this.reasons.push({ code: this.codeOf(thrown), message: messageOf(thrown) })
  }

  /** Something did not go as planned while measuring: the trial ends now, and what came of it until here is kept. */
  abandon(thrown: unknown): void {
    if (this.over.signal.aborted) return
    this.over.abort()
    this.fail(thrown)
    for (const member of this.alive) {
      if (member.role === 'client') member.cut()
      else this.giveUp(member)
    }
  }

  kill(): void {
    this.end()
    for (const member of this.members) member.kill()
  }

  async stop(): Promise<void> {
    this.end()
    await Promise.all(this.members.map((member) => member.stop()))
  }

  private end(): void {
    this.ending = true
    this.over.abort()
  }

  private giveUp(member: Member): void {
    this.gaveUp.add(member)
    member.kill()
  }

  private died(member: Member, how: string): void {
    this.alive.delete(member)
    if (this.ending || this.gaveUp.has(member) || this.retired.has(member)) return
    this.reasons.push({ code: `${member.role}-died`, message: `${this.nameOf(member)} ${how}` })
    this.over.abort()
    for (const survivor of this.alive) survivor.cut()
  }

  private nameOf({ role, index }: Member): string {
    const several = this.members.filter((member) => member.role === 'client').length > 1
    return role === 'client' && several ? `client process ${index}` : `the ${role} process`
  }

  private codeOf(thrown: unknown): ReasonCode {
    if (thrown instanceof DeadlineMissed) return 'deadline'
    if (thrown instanceof MemberFailed && thrown.code) return thrown.code
    return this.otherwise
  }
}
