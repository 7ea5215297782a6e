/** The story of one trial: fresh processes, a barrier, a window, two phases of ending, and nothing left behind. */
import type { Clock } from '../clock.ts'
import type { Assignment, Member, Report } from '../control.ts'
import type { Handicap } from '../handicap.ts'
import type { Incident, Owed, Sent, Window } from '../workload.ts'
import type { ClientPlan } from './cast.ts'
import { Crew, type Reason } from './crew.ts'
import { within } from './deadline.ts'
import { befall } from './incidents.ts'
import { type MachineMeter, type MachineUse, machineMeter } from './machine.ts'
import { MemberEnded } from './member.ts'
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
type Common = Pick<Assignment, 'epochNs' | 'transport' | 'options' | 'workload' | 'settings' | 'seed'>

export interface TrialSpec extends Common {
  readonly clients: readonly ClientPlan[]
  /** What befalls the processes, by the time since the start of the window. */
  readonly incidents: readonly Incident[]
  /** Ports that the first server tries in turn; any free one where none of them is. */
  readonly ports: readonly number[]
  /** Of the server, and of one that takes its place. */
  readonly handicap?: Handicap
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
  /** Of the whole window; null where it was not reached. */
  readonly machine: MachineUse | null
}

/** @param aborted ends the trial at once; `runTrial` then rejects with the signal's reason */
export async function runTrial(
  spec: TrialSpec,
  clock: Clock,
  aborted: AbortSignal,
  watcher: TrialWatcher = {},
): Promise<TrialOutcome> {
  const trial = new Trial(spec, clock, watcher)
  const abort = () => trial.crew.kill()
  aborted.addEventListener('abort', abort, { once: true })
  try {
    aborted.throwIfAborted()
    const outcome = await trial.run()
    aborted.throwIfAborted()
    return outcome
  } finally {
    aborted.removeEventListener('abort', abort)
    trial.machine.finish()
    await trial.crew.stop()
  }
}

class Trial {
  readonly crew = new Crew()
  readonly machine: MachineMeter
  private readonly spec: TrialSpec
  private readonly clock: Clock
  private readonly watcher: TrialWatcher
  /** Members whose `start` was answered: what they sent is known. */
  private readonly told = new Set<Member>()
  private window: Window | null = null
  private readonly sents: Sent[] = []
  private readonly reports: Array<{ member: Member; report: Report }> = []
  private connectNs = 0
  private settleNs = 0
  private address: string | undefined

  constructor(spec: TrialSpec, clock: Clock, watcher: TrialWatcher) {
    this.spec = spec
    this.clock = clock
    this.machine = machineMeter(clock)
    this.watcher = watcher
  }

  async run(): Promise<TrialOutcome> {
    const { crew } = this
    const startedNs = this.clock.nowNs()
    try {
      await this.connect()
      await this.measure()
      await this.settle()
    } catch (thrown) {
      crew.fail(thrown)
    }
    return {
      window: this.window,
      sents: this.sents,
      reports: this.reports,
      gone: crew.members.reduce((sum, member) => sum + (this.told.has(member) ? 0 : member.progress.measured), 0),
      reasons: crew.reasons,
      connectNs: this.connectNs,
      settleNs: this.settleNs,
      wallNs: this.clock.nowNs() - startedNs,
      machine: this.machine.finish(),
    }
  }

  private async connect(): Promise<void> {
    const { crew } = this
    const startedNs = this.clock.nowNs()
    const server = crew.add('server', 0)
    const clients = this.spec.clients.map(({ group }, index) => crew.add('client', index, group))
    const limitMs = SLACK_MS + (this.spec.settings.connections / SLOWEST_CONNECTS_PER_SEC) * 1000
    const connecting = async () => {
      this.address = (await server.prepare(this.assignmentOf(server))).address
      await Promise.all(clients.map((client) => client.prepare(this.assignmentOf(client))))
    }
    await within(limitMs, 'connecting', connecting())
    this.connectNs = this.clock.nowNs() - startedNs
    // One that had connected may have died while others still did.
    if (crew.reasons.length > 0) throw new MemberEnded('a process ended before the start')
  }

  private assignmentOf({ role, index }: Member, inherited?: unknown): Assignment {
    const { clients, incidents: _, ports, handicap, ...common } = this.spec
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
      ...(this.address === undefined ? { ports } : { address: this.address }),
      ...(plan?.localAddress === undefined ? {} : { localAddress: plan.localAddress }),
      ...(role === 'server' && handicap && { handicap }),
      ...(inherited === undefined ? {} : { inherited }),
    }
  }

  private async measure(): Promise<void> {
    const startNs = this.clock.nowNs() + LEAD_NS
    const warmNs = startNs + warmupNsOf(this.spec.settings)
    const window = { startNs, warmNs, endNs: warmNs + this.spec.settings.durationNs }
    this.window = window
    this.crew.connected()
    this.machine.watch(window)
    this.watcher.measuring?.(window, this.crew.members)
    const planMs = (window.endNs - startNs + LEAD_NS) / 1e6
    const incidents = befall(this.spec.incidents, {
      crew: this.crew,
      clock: this.clock,
      window,
      slackMs: SLACK_MS,
      assignmentOf: (member, inherited) => this.assignmentOf(member, inherited),
      reported: ({ member, answer }) => this.reports.push({ member, report: answer }),
      sent: (member, sents) => this.heardFrom(member, sents),
    })
    const sents = await this.crew.ask('sending', planMs + SLACK_MS, (member) => member.start(window))
    for (const { member, answer } of sents) this.heardFrom(member, answer)
    await incidents
  }

  private heardFrom(member: Member, sents: readonly Sent[]): void {
    this.told.add(member)
    this.sents.push(...sents)
  }

  private async settle(): Promise<void> {
    const startedNs = this.clock.nowNs()
    const graceNs = this.crew.hasLosses ? SURVIVORS_SETTLE_NS : this.spec.settings.timeoutNs
    const limitMs = graceNs / 1e6 + SLACK_MS
    // A server that passes messages on knows only then what it has sent.
    for (const role of ['server', 'client'] as const) {
      const owed: Owed[] = this.sents.map(({ source, from, to }) => ({ source, from, to }))
      const settling = (member: Member) => member.settle(owed, startedNs + graceNs)
      const passedOn = await this.crew.ask('settling', limitMs, settling, role)
      for (const { answer } of passedOn) this.sents.push(...answer)
    }
    this.settleNs = this.clock.nowNs() - startedNs
    const reports = await this.crew.ask('reporting', SLACK_MS, (member) => member.finish())
    this.reports.push(...reports.map(({ member, answer }) => ({ member, report: answer })))
  }
}
