/** An echo whose processes by turns do something extra, so that what it costs is seen beside itself. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { monotonicClock } from '../src/clock.ts'
import type { Assignment, Progress, Role } from '../src/control.ts'
import type { Settings } from '../src/scenario/settings.ts'
import type { Window } from '../src/workload.ts'
import { hasExtra, type Ready, type Setup, type Told, type Used } from './turns/side.ts'

const SIDE = fileURLToPath(new URL('./turns/main.js', import.meta.url))
const LEAD_NS = 100e6
const SLOWEST_MS = 30_000

export interface Turns extends Pick<Setup, 'extra' | 'turns'> {
  readonly transport: string
  /** The turns share its window out. */
  readonly settings: Settings
  /** Called with what a process tells while it is measured. */
  readonly heard?: (from: Role, progress: Progress) => void
}

/** Of one turn, server and client together. */
export interface Figures {
  readonly perSec: number
  readonly cpuNs: number
  readonly p99Ns: number
}

/** Two turns next to each other. */
export interface Both {
  readonly without: Figures
  readonly extra: Figures
}

/** A fresh server and a fresh client, for so many turns. @returns a pair for every two turns */
export async function byTurns({ transport, settings, extra, turns, heard = () => {} }: Turns): Promise<Both[]> {
  const epochNs = process.hrtime.bigint()
  const common: Omit<Assignment, 'role' | 'channels'> = {
    index: 0,
    group: 'client',
    connections: settings.connections,
    workers: 1,
    checks: false,
    epochNs: String(epochNs),
    transport,
    workload: 'echo',
    settings,
    seed: 1,
  }
  const sides: Side[] = []
  const begin = (role: Role, end: number, address?: string): Side => {
    const channels = { first: 0, step: 1, end }
    const assignment = { ...common, role, channels, ...(address !== undefined && { address }) }
    const side = startSide({ assignment, extra, turns }, heard)
    sides.push(side)
    return side
  }
  try {
    const server = begin('server', 0)
    const { address } = await server.said<Ready>()
    const client = begin('client', settings.connections, address)
    await client.said<Ready>()
    const startNs = monotonicClock(epochNs).nowNs() + LEAD_NS
    const warmNs = startNs + settings.warmupNs
    for (const side of sides) side.tell({ startNs, warmNs, endNs: warmNs + settings.durationNs })
    const limitMs = settings.durationNs / 1e6 + SLOWEST_MS
    const [served, driven] = await Promise.all([server.said<Used[]>(limitMs), client.said<Used[]>(limitMs)])
    return pairsOf(driven.map((used, turn) => figuresOf(used, served[turn])))
  } finally {
    await Promise.all(sides.map((side) => side.stop()))
  }
}

/** The turns of two processes do not end at quite the same time: CPU is by the second in each. Only the client counts messages. */
function figuresOf(client: Used, server: Used | undefined): Figures {
  if (!server) throw new Error('the server has told of fewer turns than the client')
  const perSec = (client.messages / 2 / client.tookNs) * 1e9
  const { p99Ns } = client
  if (p99Ns === null) throw new Error('the client has recorded nothing in a turn')
  return { perSec, p99Ns, cpuNs: ((client.cpuNs / client.tookNs + server.cpuNs / server.tookNs) / perSec) * 1e9 }
}

function pairsOf(turns: readonly Figures[]): Both[] {
  return turns.flatMap((first, turn) => {
    const second = turns[turn + 1]
    if (turn % 2 === 1 || !second) return []
    return hasExtra(turn) ? [{ extra: first, without: second }] : [{ without: first, extra: second }]
  })
}

interface Side {
  tell(window: Window): void
  /** The next thing it says. @throws Error when it ends, or says nothing for too long */
  said<What>(limitMs?: number): Promise<What>
  stop(): Promise<void>
}

function startSide(setup: Setup, heard: (from: Role, progress: Progress) => void): Side {
  const child: ChildProcess = fork(SIDE, [JSON.stringify(setup)], {
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let answered: (what: never) => void = () => {}
  child.on('message', (what: object) => {
    if ('progress' in what) heard(setup.assignment.role, (what as Told).progress)
    else answered(what as never)
  })
  return {
    tell: (window) => {
      child.send(window)
    },
    said: <What>(limitMs = SLOWEST_MS) =>
      new Promise<What>((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error('a process of the echo did not answer')), limitMs)
        answered = (what: What) => {
          clearTimeout(limit)
          resolve(what)
        }
        ended.then(() => {
          clearTimeout(limit)
          reject(new Error('a process of the echo ended early'))
        })
      }),
    async stop() {
      child.kill()
      await ended
    },
  }
}
