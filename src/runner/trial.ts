/** The story of one trial: fresh processes, a barrier, a window, two phases of ending, and nothing left behind. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Assignment, Member, Report, Role } from '../control.ts'
import { messageOf } from '../errors.ts'
import type { ReasonCode } from '../result.ts'
import type { Incident, Owed, Sent, Window } from '../workload.ts'
import type { ClientPlan } from './cast.ts'
import { DeadlineMissed, within } from './deadline.ts'
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
type Common = Pick<Assignment, 'epochNs' | 'transport' | 'workload' | 'settings' | 'seed'>

export interface TrialSpec extends Common {
  readonly clients: readonly ClientPlan[]
  /** What befalls the processes, by the time since the start of the window. */
  readonly incidents: readonly Incident[]
}

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
  private readonly members: Member[] = []
  private readonly alive = new Set<Member>()
  /** Members whose `start` was answered: what they sent is known. */
  private readonly told = new Set<Member>()
  private readonly reasons: Reason[] = []
  private window: Window | null = null
  private readonly sents: Sent[] = []
  private reports: Array<{ member: Member; report: Report }> = []
  private connectNs = 0
  private settleNs = 0
  /** Members that were killed because they did not answer. */
  private readonly gaveUp = new Set<Member>()
  /** Members whose end was meant. */
  private readonly retired = new Set<Member>()
  private address: string | undefined
  private ending = false
  /** Aborted when nothing shall befall the trial any more. */
  private readonly over = new AbortController()

  constructor(spec: TrialSpec, clock: Clock, watcher: TrialWatcher) {
    this.spec = spec
    this.clock = clock
    this.watcher = watcher
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
      gone: this.members.reduce((sum, member) => sum + (this.told.has(member) ? 0 : member.progress.measured), 0),
      reasons: this.reasons,
      connectNs: this.connectNs,
      settleNs: this.settleNs,
      wallNs: this.clock.nowNs() - startedNs,
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

  private add(role: Role, index: number, group = ''): Member {
    const member = startMember(role, index, group)
    this.members.push(member)
    this.alive.add(member)
    member.ended.then((how) => this.died(member, how))
    return member
  }

  private async connect(): Promise<void> {
    const startedNs = this.clock.nowNs()
    const server = this.add('server', 0)
    const clients = this.spec.clients.map(({ group }, index) => this.add('client', index, group))
    const limitMs = SLACK_MS + (this.spec.settings.connections / SLOWEST_CONNECTS_PER_SEC) * 1000
    const connecting = async () => {
      this.address = (await server.prepare(this.assignmentOf(server))).address
      await Promise.all(clients.map((client) => client.prepare(this.assignmentOf(client))))
    }
    await within(limitMs, 'connecting', connecting())
    this.connectNs = this.clock.nowNs() - startedNs
    // One that had connected may have died while others still did.
    if (this.reasons.length > 0) throw new MemberEnded('a process ended before the start')
  }

  private assignmentOf({ role, index }: Member, inherited?: unknown): Assignment {
    const { clients, incidents: _, ...common } = this.spec
    const plan = role === 'client' ? clients[index] : undefined
    return {
      ...common,
      role,
      index,
      group: plan?.group ?? '',
      channels: plan?.channels ?? { first: 0, step: 1, end: 0 },
      connections: common.settings.connections,
      workers: clients.length,
      checks: role === 'client' && index === 0,
      ...(this.address === undefined ? {} : { address: this.address }),
      ...(plan?.localAddress === undefined ? {} : { localAddress: plan.localAddress }),
      ...(inherited === undefined ? {} : { inherited }),
    }
  }

  private async measure(): Promise<void> {
    const startNs = this.clock.nowNs() + LEAD_NS
    const warmNs = startNs + warmupNsOf(this.spec.settings)
    const window = { startNs, warmNs, endNs: warmNs + this.spec.settings.durationNs }
    this.window = window
    this.watcher.measuring?.(window, this.members)
    const planMs = (window.endNs - startNs + LEAD_NS) / 1e6
    const incidents = this.befall(window)
    const sents = await this.ofAlive('sending', planMs + SLACK_MS, (member) => member.start(window))
    for (const { member, answer } of sents) this.heardFrom(member, answer)
    await incidents
  }

  private heardFrom(member: Member, sents: readonly Sent[]): void {
    this.told.add(member)
    this.sents.push(...sents)
  }

  /** Lets the incidents happen, each when its time has come and the one before it is over. */
  private async befall(window: Window): Promise<void> {
    const successors: Promise<void>[] = []
    try {
      for (const incident of [...this.spec.incidents].sort((one, other) => one.atNs - other.atNs)) {
        await this.pause((window.warmNs + incident.atNs - this.clock.nowNs()) / 1e6)
        if (incident.kind === 'freeze-client') await this.freezeClient(incident.index, incident.forNs)
        else successors.push(this.goOn(await this.replaceServer(incident.downNs), window))
      }
    } catch (thrown) {
      this.befallen(thrown)
    }
    await Promise.all(successors)
  }

  /** An incident did not go as planned: what came of the trial until here is kept, and it ends. */
  private befallen(thrown: unknown): void {
    if (this.over.signal.aborted) return
    this.over.abort()
    this.fail(thrown)
    for (const member of this.alive) {
      if (member.role === 'client') member.cut()
      else this.giveUp(member)
    }
  }

  private async freezeClient(index: number, forNs: number): Promise<void> {
    const client = this.members.find((member) => member.role === 'client' && member.index === index)
    client?.freeze(true)
    try {
      await this.pause(forNs / 1e6)
    } finally {
      client?.freeze(false)
    }
  }

  /** Another process takes the server's place, at the same address, with what it was handed over. */
  private async replaceServer(downNs: number): Promise<Member> {
    const old = this.members.find((member) => member.role === 'server' && this.alive.has(member))
    if (!old) throw new MemberEnded('the server process has ended')
    const inherited = await within(SLACK_MS, 'retiring the server', old.retire())
    this.reports.push({ member: old, report: await within(SLACK_MS, 'reporting', old.finish()) })
    this.retired.add(old)
    await old.stop()
    await old.ended
    await this.pause(downNs / 1e6)
    this.over.signal.throwIfAborted()
    const next = this.add('server', 0)
    try {
      await within(SLACK_MS, 'restarting the server', next.prepare(this.assignmentOf(next, inherited)))
    } catch (thrown) {
      if (!(thrown instanceof MemberFailed)) throw thrown
      throw new MemberFailed(`the server could not be restarted: ${thrown.message}`, 'connect-failed')
    }
    return next
  }

  private async goOn(server: Member, window: Window): Promise<void> {
    const planMs = Math.max(0, window.endNs - this.clock.nowNs()) / 1e6
    try {
      this.heardFrom(server, await within(planMs + SLACK_MS, 'sending', server.start(window)))
    } catch (thrown) {
      this.befallen(thrown)
    }
  }

  /** @throws when the trial is over meanwhile */
  private async pause(ms: number): Promise<void> {
    await sleep(Math.max(0, ms), undefined, { signal: this.over.signal })
  }

  private async settle(): Promise<void> {
    const startedNs = this.clock.nowNs()
    const { timeoutNs } = this.spec.settings
    const died = this.members.some((member) => !this.alive.has(member) && !this.retired.has(member))
    const graceNs = died ? SURVIVORS_SETTLE_NS : timeoutNs
    // A server that passes messages on knows only then what it has sent.
    for (const role of ['server', 'client'] as const) {
      const owed: Owed[] = this.sents.map(({ source, from, to }) => ({ source, from, to }))
      const passedOn = await this.ofAlive(
        'settling',
        graceNs / 1e6 + SLACK_MS,
        (member) => member.settle(owed, startedNs + graceNs),
        role,
      )
      for (const { answer } of passedOn) this.sents.push(...answer)
    }
    this.settleNs = this.clock.nowNs() - startedNs
    const reports = await this.ofAlive('reporting', SLACK_MS, (member) => member.finish())
    this.reports.push(...reports.map(({ member, answer }) => ({ member, report: answer })))
  }

  /**
   * Asks all members that live. One that does not answer in time is killed, so that the others can hand over their accounts;
   * what it would have answered is missing, and why stands in `reasons`.
   */
  private async ofAlive<T>(
    phase: string,
    limitMs: number,
    ask: (member: Member) => Promise<T>,
    only?: Role,
  ): Promise<Array<{ member: Member; answer: T }>> {
    const asked = this.members.filter((member) => this.alive.has(member) && (only ?? member.role) === member.role)
    const answers = await Promise.all(
      asked.map(async (member) => {
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
    return role === 'client' && this.spec.clients.length > 1 ? `client process ${index}` : `the ${role} process`
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
}
