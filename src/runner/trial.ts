/** The story of one trial: fresh processes, a barrier, a window, two phases of ending, and nothing left behind. */
import type { Clock } from '../clock.ts'
import type { Assignment, Member, Report } from '../control.ts'
import { messageOf } from '../errors.ts'
import type { ReasonCode } from '../result.ts'
import type { Owed, Sent, Window } from '../workload.ts'
import { MemberEnded, MemberFailed, startMember } from './member.ts'
import { warmupNsOf } from './plan.ts'

/** Between the barrier and the common start: time for the start messages to arrive. */
const LEAD_NS = 50_000_000
/** Beyond what the plan says a phase takes, this much is allowed before the trial is given up. */
const SLACK_MS = 10_000
/** Connections that even a slow machine opens in a second. */
const SLOWEST_CONNECTS_PER_SEC = 100
/** Survivors of a death have this long to hand over their accounts. */
const SURVIVORS_SETTLE_NS = 200_000_000

/** The part of an assignment that is the same for all members of a trial. */
export type TrialSpec = Omit<Assignment, 'role' | 'index' | 'address'>

export interface Reason {
  readonly code: ReasonCode
  readonly message: string
}

/** Phases of a trial that somebody may want to see. */
export interface TrialWatcher {
  /** The window is fixed; `members` are under way, the server first. */
  measuring?(window: Window, members: readonly Member[]): void
}

/** Everything a trial left behind, to be made into its record. */
export interface TrialOutcome {
  readonly window: Window | null
  readonly sents: readonly Sent[]
  readonly reports: ReadonlyArray<{ readonly member: Member; readonly report: Report }>
  /** Messages that processes which died had last reported as sent. */
  readonly gone: number
  readonly reasons: readonly Reason[]
  readonly connectNs: number
  readonly settleNs: number
  readonly wallNs: number
}

/** @param aborted ends the trial at once; `runTrial` then rejects with the signal's reason */
export async function runTrial(
  spec: TrialSpec,
  clock: Clock,
  aborted: AbortSignal,
  watcher: TrialWatcher = {},
): Promise<TrialOutcome> {
  const trial = new Trial(spec, clock, watcher)
  const abort = () => trial.kill()
  aborted.addEventListener('abort', abort, { once: true })
  try {
    aborted.throwIfAborted()
    const outcome = await trial.run()
    aborted.throwIfAborted()
    return outcome
  } finally {
    aborted.removeEventListener('abort', abort)
    await trial.stop()
  }
}

class Trial {
  private readonly spec: TrialSpec
  private readonly clock: Clock
  private readonly watcher: TrialWatcher
  private readonly server: Member
  private readonly clients: Member[]
  private readonly members: Member[]
  private readonly alive: Set<Member>
  private readonly reasons: Reason[] = []
  private window: Window | null = null
  private sents: Sent[] = []
  private reports: Array<{ member: Member; report: Report }> = []
  private connectNs = 0
  private settleNs = 0
  private ending = false

  constructor(spec: TrialSpec, clock: Clock, watcher: TrialWatcher) {
    this.spec = spec
    this.clock = clock
    this.watcher = watcher
    this.server = startMember('server', 0)
    this.clients = Array.from({ length: spec.workers }, (_, index) => startMember('client', index))
    this.members = [this.server, ...this.clients]
    this.alive = new Set(this.members)
    for (const member of this.members) {
      member.ended.then((how) => this.died(member, how))
    }
  }

  async run(): Promise<TrialOutcome> {
    const startedNs = this.clock.nowNs()
    try {
      await this.connect()
      await this.measure()
      await this.settle()
    } catch (thrown) {
      this.fail(thrown)
    }
    return {
      window: this.window,
      sents: this.sents,
      reports: this.reports,
      gone: this.members.reduce((sum, member) => sum + (this.alive.has(member) ? 0 : member.progress.sent), 0),
      reasons: this.reasons,
      connectNs: this.connectNs,
      settleNs: this.settleNs,
      wallNs: this.clock.nowNs() - startedNs,
    }
  }

  kill(): void {
    this.ending = true
    for (const member of this.members) member.kill()
  }

  async stop(): Promise<void> {
    this.ending = true
    await Promise.all(this.members.map((member) => member.stop()))
  }

  private async connect(): Promise<void> {
    const startedNs = this.clock.nowNs()
    const limitMs = SLACK_MS + (this.spec.settings.connections / SLOWEST_CONNECTS_PER_SEC) * 1000
    const connecting = async () => {
      const { address } = await this.server.prepare({ ...this.spec, role: 'server', index: 0 })
      const where = address === undefined ? {} : { address }
      await Promise.all(
        this.clients.map((client) => client.prepare({ ...this.spec, role: 'client', index: client.index, ...where })),
      )
    }
    await this.within(limitMs, 'connecting', connecting())
    this.connectNs = this.clock.nowNs() - startedNs
  }

  private async measure(): Promise<void> {
    const startNs = this.clock.nowNs() + LEAD_NS
    const warmNs = startNs + warmupNsOf(this.spec.settings)
    const window = { startNs, warmNs, endNs: warmNs + this.spec.settings.durationNs }
    this.window = window
    this.watcher.measuring?.(window, this.members)
    const planMs = (window.endNs - startNs + LEAD_NS) / 1e6
    const sents = await this.within(
      planMs + SLACK_MS,
      'sending',
      this.ofAlive((member) => member.start(window)),
    )
    this.sents = sents.flatMap(({ answer }) => answer)
  }

  private async settle(): Promise<void> {
    const startedNs = this.clock.nowNs()
    const { timeoutNs } = this.spec.settings
    const graceNs = this.alive.size < this.members.length ? SURVIVORS_SETTLE_NS : timeoutNs
    const owed: Owed[] = this.sents.map(({ source, from, to }) => ({ source, from, to }))
    const settling = this.ofAlive((member) => member.settle(owed, startedNs + graceNs))
    await this.within(graceNs / 1e6 + SLACK_MS, 'settling', settling)
    this.settleNs = this.clock.nowNs() - startedNs
    const reports = await this.within(
      SLACK_MS,
      'reporting',
      this.ofAlive((member) => member.finish()),
    )
    this.reports = reports.map(({ member, answer }) => ({ member, report: answer }))
  }

  /** Asks all members that live; what a member answers that dies on the way is missing, and why stands in `reasons`. */
  private async ofAlive<T>(ask: (member: Member) => Promise<T>): Promise<Array<{ member: Member; answer: T }>> {
    const asked = this.members.filter((member) => this.alive.has(member))
    const answers = await Promise.all(
      asked.map(async (member) => {
        try {
          return [{ member, answer: await ask(member) }]
        } catch (thrown) {
          if (thrown instanceof MemberEnded) return []
          throw thrown
        }
      }),
    )
    return answers.flat()
  }

  private died(member: Member, how: string): void {
    this.alive.delete(member)
    if (this.ending) return
    const one = this.clients.length > 1 && member.role === 'client'
    const name = one ? `client process ${member.index}` : `the ${member.role} process`
    this.reasons.push({ code: `${member.role}-died`, message: `${name} ${how}` })
    for (const survivor of this.alive) survivor.cut()
  }

  private fail(thrown: unknown): void {
    // A death has written its own reason.
    if (thrown instanceof MemberEnded || this.ending) return
    this.reasons.push({ code: this.codeOf(thrown), message: messageOf(thrown) })
  }

  private codeOf(thrown: unknown): ReasonCode {
    if (thrown instanceof DeadlineMissed) return 'deadline'
    if (thrown instanceof MemberFailed && thrown.code) return thrown.code
    return this.window ? 'internal' : 'connect-failed'
  }

  private async within<T>(limitMs: number, phase: string, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new DeadlineMissed(`${phase} took longer than ${Math.ceil(limitMs / 1000)} s`)),
        limitMs,
      )
    })
    try {
      return await Promise.race([work, deadline])
    } finally {
      clearTimeout(timer)
      // When the deadline won, the work fails later, when the members are stopped: that is known by then.
      work.catch(() => {})
    }
  }
}

class DeadlineMissed extends Error {
  override readonly name = 'DeadlineMissed'
}
