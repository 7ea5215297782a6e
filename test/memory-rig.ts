/** Any workload on a transport in memory, all its processes in this one, in virtual time. */
import type { Assignment, Member, Report, Role } from '../src/control.ts'
import { byDirection } from '../src/engine/traffic.ts'
import type { Handicap } from '../src/handicap.ts'
import type { ParametersOf, Values } from '../src/parameter.ts'
import type { Recording } from '../src/recording.ts'
import type { Trial } from '../src/result.ts'
import { assembleTrial } from '../src/runner/assemble.ts'
import { planClients } from '../src/runner/cast.ts'
import { serveHandicapped } from '../src/runner/handicap.ts'
import { type EngineHost, engineHost } from '../src/runner/host.ts'
import { answersWith } from '../src/runner/support.ts'
import type { Settings } from '../src/scenario.ts'
import type { Dialer, Listener, Options, Traits } from '../src/transport.ts'
import type { Half, Owed, Sent, Window, Workload } from '../src/workload.ts'
import { type Mischief, memoryTransport } from './memory-transport.ts'
import { usage } from './outcome-fixture.ts'
import { VirtualTime } from './virtual-time.ts'

/** In one step of time everything that is under way arrives. */
const STEP_NS = 1e6
const START_NS = 1e6
const MANY = Number.POSITIVE_INFINITY

/** 200 messages in 100 ms over one connection; tests change what they are about. */
export const memorySettings: Settings = {
  connections: 1,
  payload: { sizeBytes: 100, kind: 'text' },
  load: { model: 'open', ratePerSec: 2000, arrivals: 'uniform' },
  warmupNs: 0,
  warmupMessages: 0,
  durationNs: 100e6,
  timeoutNs: 5e9,
  workers: 1,
  highWaterBytes: 65536,
  parameters: {},
}

export interface MemoryRun {
  readonly settings?: Partial<Settings>
  readonly parameters?: Values
  readonly mischief?: Mischief
  /** How long receivers wait for what is outstanding. */
  readonly settleNs?: number
  readonly traits?: Partial<Traits>
  readonly handicap?: Handicap
  /** Whether the server refuses a connection, by its number from 0. */
  readonly refuses?: (index: number) => boolean
  /** Called at the start of the window, with what the test may look at or meddle with. */
  readonly measuring?: (time: VirtualTime, window: Window) => void
}

export interface MemoryTrial {
  readonly trial: Trial
  /** Of all processes, the server's first. */
  readonly recordings: readonly Recording[]
  readonly sents: readonly Sent[]
}

interface Process {
  readonly role: Role
  readonly group: string
  readonly engine: EngineHost<never>
  readonly half: Half
}

export async function runInMemory(workload: Workload, run: MemoryRun = {}): Promise<MemoryTrial> {
  const asked: Settings = { ...memorySettings, ...run.settings }
  const parameters = run.parameters ?? asked.parameters
  const casts = workload.cast(asked, parameters)
  const connections = casts.reduce((sum, { channels }) => sum + channels, 0)
  const settings = { ...asked, parameters, connections }
  const plain = memoryTransport(run.mischief)
  const transport = { ...plain, traits: { ...plain.traits, ...run.traits } }
  const { traits } = transport
  const time = new VirtualTime()
  const options: Options = {
    kind: settings.payload.kind === 'binary' ? 'binary' : 'text',
    answers: answersWith(workload.needs, traits),
    highWaterBytes: settings.highWaterBytes,
    ...workload.ask?.(parameters),
  }
  const clients = planClients(casts, settings, traits, { descriptors: MANY, ports: MANY, isLinux: true })
  const common = { epochNs: '0', transport: 'memory', workload: workload.name, settings, seed: 1 }
  const assignmentOf = (role: Role, index: number): Assignment => ({
    ...common,
    role,
    index,
    group: role === 'client' ? (clients[index]?.group ?? '') : '',
    channels: (role === 'client' && clients[index]?.channels) || { first: 0, step: 1, end: 0 },
    connections,
    workers: clients.length,
    checks: false,
  })
  const hostOf = (assignment: Assignment) => engineHost<never>(assignment, traits, time, () => time.alarm())

  let dialed = 0
  const refusing = (dialer: Dialer): Dialer => ({
    ...dialer,
    async connect(receiver, hello, lastEventId) {
      if (run.refuses?.(dialed++)) throw new Error('memory: refused')
      return dialer.connect(receiver, hello, lastEventId)
    },
  })
  const listening: { now?: Listener<Uint8Array> } = {}
  const serverEngine = hostOf(assignmentOf('server', 0))
  const listener = () => listening.now as Listener<Uint8Array>
  const { half: serving, ...worse } = run.handicap
    ? serveHandicapped<Uint8Array>(run.handicap, 1, workload, serverEngine.host, listener)
    : { half: workload.serve<Uint8Array>(serverEngine.host, listener), injected: undefined }
  listening.now = await transport.listen(options, (channel) => serving.accept(channel))
  const { address } = listening.now
  const server: Process = { role: 'server', group: '', engine: serverEngine, half: serving }
  const driving = clients.map(({ group }, index): Process => {
    const engine = hostOf(assignmentOf('client', index))
    return {
      role: 'client',
      group,
      engine,
      half: workload.drive(engine.host, refusing(transport.dial(address, options))),
    }
  })
  const processes = [server, ...driving]

  await time.passUntil(serving.prepare(), STEP_NS)
  await time.passUntil(Promise.all(driving.map(({ half }) => half.prepare())), STEP_NS)
  const startNs = time.present + START_NS
  const warmNs = startNs + settings.warmupNs
  const window = { startNs, warmNs, endNs: warmNs + settings.durationNs }
  for (const { engine } of processes) engine.open(window)
  run.measuring?.(time, window)
  const sents = (await time.passUntil(Promise.all(processes.map(({ half }) => half.start(window))), STEP_NS)).flat()
  const deadlineNs = time.present + (run.settleNs ?? 200e6)
  for (const half of [[serving], driving.map((one) => one.half)]) {
    const owed: Owed[] = sents.map(({ source, from, to }) => ({ source, from, to }))
    const passedOn = await time.passUntil(Promise.all(half.map((one) => one.settle(owed, deadlineNs))), STEP_NS)
    sents.push(...passedOn.flat())
  }
  const reports = processes.map(({ role, group, half, engine }, index) => {
    const traffic = byDirection(engine.traffic, role)
    const part = half.finish()
    const injected = role === 'server' && worse.injected ? { injected: worse.injected() } : {}
    const report: Report = {
      part,
      recording: engine.recording(),
      usage,
      wire: { up: 0, down: 0 },
      ...traffic,
      ...injected,
    }
    return { member: { role, group, index } as Member, report }
  })
  await listening.now.close()
  const subject = { label: 'memory', transport: 'memory', ...(run.handicap && { handicap: run.handicap }) }
  const planned = { id: 'test', block: 0, order: 0, seed: 1, subject, point: { at: {}, settings } }
  const told = { workload, traits, workers: clients.length, startedAt: new Date(0).toISOString() }
  const outcome = { window, sents, reports, gone: 0, reasons: [], connectNs: 0, settleNs: 0, wallNs: 0, machine: null }
  return { trial: assembleTrial(planned, told, outcome), recordings: reports.map((one) => one.report.recording), sents }
}

/** A workload whose parameters are checked when it is run with them. */
export function parametersFor<P extends Workload['parameters']>(
  _workload: { readonly parameters: P },
  values: ParametersOf<P>,
): Values {
  return values as Values
}

/** Misbehaves on the way down, where the client has to notice. */
export const onTheWayDown =
  (act: (index: number, bytes: Uint8Array) => Uint8Array[]): Mischief =>
  (direction, index, bytes) =>
    direction === 'down' ? act(index, bytes) : [bytes]
