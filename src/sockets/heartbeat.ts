import type { Heartbeat } from '../transport.ts'

/** One channel, as a heartbeat sees it. */
export interface Watched {
  /** What its socket has received so far: any byte is a sign of life. */
  readonly bytesRead: number
  /** This side does not read at present, so that silence says nothing. */
  readonly isPaused: boolean
  /** Sends the beat. Absent where somebody else sends it, at a pace of its own. */
  beat?(): void
  /** Bytes came since the last look. */
  heard?(): void
  /** Nothing has come for so many beats. Absent where the peer is not asked for anything. */
  silent?(): void
}

/** Beats of one turn are spread: no more often than this, in no more portions than that. */
const PORTION_MS = 50
const MOST_PORTIONS = 100
/** Of the regular time between two turns. */
const LEAST_WAIT = 0.9

/**
 * The heartbeats of one endpoint, by one timer for all its channels. What is missed is counted in looks and not in time,
 * so that a process that stood still itself does not take its peers for dead.
 */
export class Heart {
  readonly #portions: Set<Watch>[]
  readonly #portionMs: number
  readonly #missed: number
  #joined = 0
  #turn = 0
  #dueMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor({ everyMs, missed }: Heartbeat) {
    const portions = Math.min(MOST_PORTIONS, Math.max(1, Math.floor(everyMs / PORTION_MS)))
    this.#portions = Array.from({ length: portions }, () => new Set())
    this.#portionMs = everyMs / portions
    this.#missed = missed
  }

  /** @returns what ends it, when the channel closes */
  watch(watched: Watched): Watch {
    const portion = this.#portions[this.#joined++ % this.#portions.length] as Set<Watch>
    const watch = new Watch(watched, portion)
    portion.add(watch)
    if (!this.#timer) this.#wait(performance.now())
    return watch
  }

  stop(): void {
    clearTimeout(this.#timer)
    for (const portion of this.#portions) portion.clear()
  }

  /** Lateness is made up for little by little: a peer has most of a turn to answer in, even after this process stood still. */
  #wait(nowMs: number): void {
    this.#dueMs = Math.max(this.#dueMs + this.#portionMs, nowMs + LEAST_WAIT * this.#portionMs)
    this.#timer = setTimeout(this.#beat, this.#dueMs - nowMs).unref()
  }

  readonly #beat = (): void => {
    this.#wait(performance.now())
    const portion = this.#portions[this.#turn++ % this.#portions.length] as Set<Watch>
    // First the sockets are read: what came while this process was busy is no silence.
    setImmediate(() => {
      for (const watch of portion) watch.look(this.#missed)
    })
  }
}

/** What is known of one channel. */
export class Watch {
  readonly #watched: Watched
  readonly #portion: Set<Watch>
  #bytesRead: number
  /** Looks without a byte; a look before the first beat is none. */
  #missed = -1

  constructor(watched: Watched, portion: Set<Watch>) {
    this.#watched = watched
    this.#portion = portion
    this.#bytesRead = watched.bytesRead
  }

  stop(): void {
    this.#portion.delete(this)
  }

  look(mostMissed: number): void {
    const { bytesRead, isPaused } = this.#watched
    const isHeard = bytesRead !== this.#bytesRead
    this.#bytesRead = bytesRead
    if (isHeard || isPaused) {
      // Beats that somebody else sends fall anywhere between two looks, so that one look may see none.
      this.#missed = this.#watched.beat ? 0 : -1
      if (isHeard) this.#watched.heard?.()
    } else if (this.#watched.silent && ++this.#missed >= mostMissed) {
      this.stop()
      this.#watched.silent()
      return
    }
    this.#watched.beat?.()
  }
}

/** The words of `Closed.error` for a peer that was found silent. */
export function silenceOf({ everyMs, missed }: Heartbeat): string {
  return `the peer is silent: ${missed === 1 ? 'a heartbeat' : `${missed} heartbeats`} missed, one every ${everyMs} ms`
}
