import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Assignment, Member, Report } from '../control.ts'
import type { Incident, Sent, Window } from '../workload.ts'
import type { Answered, Crew } from './crew.ts'
import { within } from './deadline.ts'
import { MemberEnded, MemberFailed } from './member.ts'

/** What incidents need of the trial that they befall. */
export interface Stricken {
  readonly crew: Crew
  readonly clock: Clock
  readonly window: Window
  /** Beyond what the plan says a phase takes, ms. */
  readonly slackMs: number
  assignmentOf(member: Member, inherited: unknown): Assignment
  /** What a server left behind that was replaced. */
  reported(report: Answered<Report>): void
  /** What its successor has sent. */
  sent(member: Member, sents: readonly Sent[]): void
}

/**
 * Lets incidents happen, each when its time has come and the one before it is over. One that fails ends the trial.
 * Resolves when what they set off is over, too.
 */
export async function befall(incidents: readonly Incident[], trial: Stricken): Promise<void> {
  const { crew, clock, window } = trial
  const successors: Promise<void>[] = []
  try {
    for (const incident of [...incidents].sort((one, other) => one.atNs - other.atNs)) {
      await pause(crew, (window.warmNs + incident.atNs - clock.nowNs()) / 1e6)
      if (incident.kind === 'freeze-client') await freezeClient(crew, incident.index, incident.forNs)
      else successors.push(goOn(await replaceServer(incident.downNs, trial), trial))
    }
  } catch (thrown) {
    crew.abandon(thrown)
  }
  await Promise.all(successors)
}

async function freezeClient(crew: Crew, index: number, forNs: number): Promise<void> {
  const client = crew.members.find((member) => member.role === 'client' && member.index === index)
  client?.freeze(true)
  try {
    await pause(crew, forNs / 1e6)
  } finally {
    client?.freeze(false)
  }
}

/** Another process takes the server's place, at the same address, with what it was handed over. */
async function replaceServer(downNs: number, { crew, slackMs, assignmentOf, reported }: Stricken): Promise<Member> {
  const [old] = crew.living('server')
  if (!old) throw new MemberEnded('the server process has ended')
  const inherited = await within(slackMs, 'retiring the server', old.retire())
  reported({ member: old, answer: await within(slackMs, 'reporting', old.finish()) })
  crew.retire(old)
  await old.stop()
  await old.ended
  // It takes long to start a process: it starts while nobody is there, so that this lasts no longer than it should.
  const next = crew.add('server', 0)
  try {
    await pause(crew, downNs / 1e6)
    crew.overSignal.throwIfAborted()
  } catch (thrown) {
    crew.retire(next)
    await next.stop()
    throw thrown
  }
  try {
    await within(slackMs, 'restarting the server', next.prepare(assignmentOf(next, inherited)))
  } catch (thrown) {
    if (!(thrown instanceof MemberFailed)) throw thrown
    throw new MemberFailed(`the server could not be restarted: ${thrown.message}`, 'connect-failed')
  }
  return next
}

async function goOn(server: Member, { crew, clock, window, slackMs, sent }: Stricken): Promise<void> {
  const planMs = Math.max(0, window.endNs - clock.nowNs()) / 1e6
  try {
    sent(server, await within(planMs + slackMs, 'sending', server.start(window)))
  } catch (thrown) {
    crew.abandon(thrown)
  }
}

/** @throws when the trial is over meanwhile */
async function pause(crew: Crew, ms: number): Promise<void> {
  await sleep(Math.max(0, ms), undefined, { signal: crew.overSignal })
}
