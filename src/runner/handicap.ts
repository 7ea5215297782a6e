/** A server with known faults: the workload's own, between it and the transport what makes it worse. */
import type { Handicap, Injected } from '../handicap.ts'
import type { Values } from '../parameter.ts'
import type { Listener, Receiver, ServerChannel } from '../transport.ts'
import type { Half, Host, Window, Workload } from '../workload.ts'
import { Agenda } from './handicap-agenda.ts'
import { calibratedBurn } from './handicap-burn.ts'
import type { Bench } from './handicap-facade.ts'
import { Lottery } from './handicap-fault.ts'
import { Inbound } from './handicap-inbound.ts'
import { Outbound, type Parcel, parcelling } from './handicap-outbound.ts'

/** What all channels together may hold back, unless each needs as much as the transport itself would. */
const ROOM_BYTES = 64 * 2 ** 20

export type Serving<F> = Half & { accept(channel: ServerChannel<F>): Receiver }

export interface HandicappedServer<F> {
  readonly half: Serving<F>
  injected(): Injected
}

/**
 * The server half of a workload, handicapped. Where clients send, the server is worse at receiving; where it sets the pace, at
 * sending. What the transport itself says (an answer to a heartbeat, the end of a channel) is left alone.
 */
export function serveHandicapped<F>(
  handicap: Handicap,
  seed: number,
  workload: Workload,
  host: Host<Values>,
  listener: () => Listener<F>,
): HandicappedServer<F> {
  const { settings } = host
  const { cpuPerMessageNs, freeze } = handicap
  const lottery = new Lottery(host, handicap, seed)
  const bench: Bench = {
    agenda: new Agenda(host, handicap),
    lottery,
    burn: cpuPerMessageNs === undefined ? () => {} : calibratedBurn(cpuPerMessageNs),
    roomBytes: Math.max(settings.highWaterBytes, ROOM_BYTES / host.connections),
  }
  const receives = workload.cast(settings, settings.parameters).some(({ sends }) => sends)
  const serving = receives
    ? worseAtReceiving(workload.serve<F>(host, listener), bench)
    : worseAtSending(workload, host, listener, bench)
  const half: Serving<F> = {
    ...serving,
    start(window) {
      if (freeze) standStill(freeze, window, host)
      return serving.start(window)
    },
  }
  return { half, injected: () => ({ ...lottery.injected }) }
}

/** Methods of a half that may be a class of its own. */
function methodsOf<F>(half: Half): Omit<Serving<F>, 'accept'> {
  const { retire } = half
  return {
    prepare: () => half.prepare(),
    start: (window) => half.start(window),
    settle: (owed, deadlineNs) => half.settle(owed, deadlineNs),
    finish: () => half.finish(),
    ...(retire && { retire: () => retire.call(half) }),
  }
}

function worseAtReceiving<F>(half: Serving<F>, bench: Bench): Serving<F> {
  return {
    ...methodsOf(half),
    accept: (channel) => new Inbound<F>(channel, bench, (front) => half.accept(front)),
  }
}

function worseAtSending<F>(
  workload: Workload,
  host: Host<Values>,
  listener: () => Listener<F>,
  bench: Bench,
): Serving<F> {
  let parcels: Listener<Parcel<F>> | undefined
  const listening = () => {
    parcels ??= parcelling(listener(), bench.lottery)
    return parcels
  }
  const half = workload.serve<Parcel<F>>(host, listening)
  let lanes = 0
  return {
    ...methodsOf(half),
    accept(channel) {
      const outbound = new Outbound<F>(channel, bench, lanes++, (message, id) => listening().encode(message, id))
      return outbound.open((facade) => half.accept(facade))
    },
  }
}

/** The whole process does nothing: no message is read, no timer rings, nobody is answered. */
function standStill({ atNs, forNs }: { atNs: number; forNs: number }, { warmNs }: Window, host: Host<Values>): void {
  const waitNs = warmNs + atNs - host.nowNs()
  // A server that took another one's place since then has no part in it.
  if (waitNs < 0 && host.inherited !== undefined) return
  const nobody = new Int32Array(new SharedArrayBuffer(4))
  host.after(Math.max(0, waitNs), () => Atomics.wait(nobody, 0, 0, forNs / 1e6))
}
