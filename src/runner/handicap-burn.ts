/** Work that does nothing and costs CPU: it cannot be slept through, nor taken for waiting. */

const WARM_NS = 10e6
/** Long beside the resolution of the CPU's clock. */
const ROUND_NS = 3e6
const ROUNDS = 5

/** Kept where the compiler cannot see that nobody wants it. */
let state = 1

function turn(iterations: number): void {
  let mixed = state
  for (let at = 0; at < iterations; at++) mixed = (Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) + at) | 0
  state = mixed | 1
}

/** CPU time of this process, ns. */
function cpuNs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1e3
}

/**
 * Finds out how many turns come to `ns` of CPU, by the CPU time that they really take and the quickest of some rounds: that
 * a round was interrupted must not make the work less.
 * @returns what does that work
 */
export function calibratedBurn(ns: number): () => void {
  const beganNs = cpuNs()
  // The compiler has to be through with it first.
  while (cpuNs() - beganNs < WARM_NS) turn(1_000)
  let turns = 10_000
  let perTurnNs = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; ) {
    const fromNs = cpuNs()
    turn(turns)
    const tookNs = cpuNs() - fromNs
    if (tookNs < ROUND_NS) turns *= 2
    else {
      perTurnNs = Math.min(perTurnNs, tookNs / turns)
      round++
    }
  }
  const iterations = Math.ceil(ns / perTurnNs)
  return () => turn(iterations)
}
