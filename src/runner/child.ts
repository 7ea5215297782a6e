/** The one entry of every child process of a trial: takes the controller's requests in turn and carries them out. */
import { monotonicClock } from '../clock.ts'
import type { Assignment, Ready, Report, Role } from '../control.ts'
import { byDirection } from '../engine/traffic.ts'
import { messageOf } from '../errors.ts'
import type { Injected } from '../handicap.ts'
import type { Dialer, Endpoint, Listener, Options, ServerChannel, Transport } from '../transport.ts'
import { loadTransport } from '../transports/index.ts'
import type { Half, Sent, Window, Workload } from '../workload.ts'
import { findWorkload } from '../workloads/index.ts'
import { checkEquivalence, isEquivalenceCheck, NotEquivalent, returnAll } from './equivalence.ts'
import { serveHandicapped } from './handicap.ts'
import { type EngineHost, engineHost } from './host.ts'
import type { ToChild, ToController } from './ipc.ts'
import { answersWith } from './support.ts'
import { type UsageMeter, usageMeter } from './usage.ts'

const PROGRESS_EVERY_MS = 1_000

/** What one trial has set up in this process. */
interface Stage {
  readonly role: Role
  readonly engine: EngineHost
  readonly half: Half
  readonly endpoint: Endpoint
  /** Of a handicapped server. */
  readonly injected?: () => Injected
  readonly usage: UsageMeter
  readonly clock: ReturnType<typeof monotonicClock>
  wireAtStart: { up: number; down: number }
}

let stage: Stage | undefined

async function prepare(assignment: Assignment): Promise<Ready> {
  const transport = await loadTransport(assignment.transport)
  const workload = findWorkload(assignment.workload)
  const clock = monotonicClock(BigInt(assignment.epochNs))
  const engine = engineHost(assignment, transport.traits, clock, undefined, () => usage.weigh())
  const usage = usageMeter(engine.activity)
  const options = optionsOf(assignment, transport, workload)
  const side =
    assignment.role === 'server'
      ? await serve(assignment, transport, workload, engine, options)
      : await drive(assignment, transport, workload, engine, options)
  stage = {
    role: assignment.role,
    engine,
    ...side,
    usage,
    clock,
    wireAtStart: { up: 0, down: 0 },
  }
  return side.address ? { address: side.address } : {}
}

function optionsOf(
  { settings, role, address, localAddress, options }: Assignment,
  { traits }: Transport,
  { needs, ask }: Workload,
): Options {
  const { payload, highWaterBytes, parameters } = settings
  const port = role === 'server' && address !== undefined ? { port: Number(address.split(':').at(-1)) } : {}
  return {
    kind: payload.kind === 'binary' ? 'binary' : 'text',
    answers: answersWith(needs, traits),
    highWaterBytes,
    ...ask?.(parameters),
    ...port,
    ...(options && { own: options }),
    ...(localAddress === undefined ? {} : { localAddress }),
  }
}

async function serve<F>(
  { ports = [], handicap, seed }: Assignment,
  transport: Transport<F>,
  workload: Workload,
  engine: EngineHost,
  options: Options,
) {
  let listener: Listener<F> | undefined
  const listening = () => {
    if (!listener) throw new Error('the listener is there only after prepare')
    return listener
  }
  const { half, ...worse } = handicap
    ? serveHandicapped<F>(handicap, seed, workload, engine.host, listening)
    : { half: workload.serve<F>(engine.host, listening) }
  const accept = (channel: ServerChannel<F>) =>
    isEquivalenceCheck(channel.hello) ? returnAll(channel, transport.traits) : half.accept(channel)
  for (const port of ports) listener ??= await transport.listen({ ...options, port }, accept).catch(() => undefined)
  listener ??= await transport.listen(options, accept)
  await half.prepare()
  return { half, ...worse, endpoint: listener as Endpoint, address: listener.address }
}

async function drive<F>(
  { checks, address, settings }: Assignment,
  transport: Transport<F>,
  workload: Workload,
  engine: EngineHost,
  options: Options,
) {
  const dialer: Dialer = transport.dial(address ?? '', options)
  const half = workload.drive(engine.host, dialer)
  if (checks) await checkEquivalence(dialer, settings, transport.traits)
  await half.prepare()
  return { half, endpoint: dialer as Endpoint, address: undefined }
}

function staged(): Stage {
  if (!stage) throw new Error('the controller asked for something before it prepared this process')
  return stage
}

async function start(window: Window): Promise<Sent[]> {
  const { engine, half, endpoint, usage, clock } = staged()
  staged().wireAtStart = endpoint.wire()
  engine.open(window)
  usage.watch(window, clock.nowNs())
  // A half that only receives has nothing to start, and still has something to tell.
  const ticking = setInterval(() => tell({ progress: engine.progress() }), PROGRESS_EVERY_MS)
  setTimeout(() => clearInterval(ticking), (window.endNs - clock.nowNs()) / 1e6)
  return half.start(window)
}

function finish(): Report {
  const { role, engine, half, endpoint, usage, wireAtStart, injected } = staged()
  const wire = endpoint.wire()
  usage.settled()
  return {
    part: half.finish(),
    recording: engine.recording(),
    usage: usage.finish(),
    wire: { up: wire.up - wireAtStart.up, down: wire.down - wireAtStart.down },
    ...byDirection(engine.traffic, role),
    ...(injected && { injected: injected() }),
  }
}

function retire(): unknown {
  const { half, engine } = staged()
  engine.cut()
  return half.retire?.()
}

function tell(message: ToController): void {
  // The controller may be gone; `disconnect` then ends this process.
  process.send?.(message, () => {})
}

async function carryOut(message: ToChild): Promise<void> {
  if ('order' in message) {
    if (message.order === 'stop') process.exit(0)
    stage?.usage.end()
    stage?.engine.cut()
    return
  }
  const { request } = message
  try {
    if (request === 'prepare') tell({ answerTo: request, answer: await prepare(message.ask) })
    else if (request === 'start') tell({ answerTo: request, answer: await start(message.ask) })
    else if (request === 'settle') {
      const { owed, deadlineNs } = message.ask
      tell({ answerTo: request, answer: await staged().half.settle(owed, deadlineNs) })
    } else if (request === 'retire') {
      tell({ answerTo: request, answer: retire() })
    } else tell({ answerTo: request, answer: finish() })
  } catch (thrown) {
    const code = thrown instanceof NotEquivalent ? { code: 'not-equivalent' as const } : {}
    tell({ answerTo: request, failure: messageOf(thrown), ...code })
  }
}

// Ctrl-C reaches the whole process group; it is the controller that ends its children.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(0))
process.on('message', carryOut)
