/** What connections weigh in the process that holds them: resident memory, without garbage. */
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface HoldSetup {
  /** `host:port` */
  readonly address: string
  readonly connections: number
}

export interface Weight {
  readonly bytesEach: number
}

/** Held before the first weighing, so that code, pools and the library's own tables are there. */
const WARM_UP = 500
/** Opened at once. */
const WAVE = 50
/** Handshakes leave timers and buffers that end a little later. */
const SETTLE_MS = 500

/** @param open opens so many connections more, and keeps them */
export async function weigh(
  open: (connections: number) => Promise<unknown>,
  { connections }: HoldSetup,
): Promise<Weight> {
  await openInWaves(open, WARM_UP)
  const before = await restingBytes()
  await openInWaves(open, connections)
  return { bytesEach: ((await restingBytes()) - before) / connections }
}

async function openInWaves(open: (connections: number) => Promise<unknown>, connections: number): Promise<void> {
  for (let left = connections; left > 0; left -= WAVE) await open(Math.min(left, WAVE))
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

async function restingBytes(): Promise<number> {
  await sleep(SETTLE_MS)
  // The second one frees what the finalizers of the first let go.
  collectGarbage()
  await sleep(SETTLE_MS)
  collectGarbage()
  return process.memoryUsage.rss()
}
