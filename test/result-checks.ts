import assert from 'node:assert/strict'
import { decodeFromCompressedBase64 } from 'hdr-histogram-js'
import type { Counts, Latency, Result, Trial } from '../src/result.ts'

/** Before each message, its length. */
const TCP_FRAME_BYTES = 4

/** What must hold of every result that is not invalid, on any machine. */
export function checkResult(result: Result): void {
  assert.equal(result.status, 'passed', JSON.stringify(result.reasons))
  const subjects = new Set(result.trials.map(({ subject }) => subject))
  assert.ok(subjects.size > 0, 'there are trials')
  assert.equal(new Set(result.trials.map(({ id }) => id)).size, result.trials.length, 'ids are unique')
  for (const trial of result.trials) checkTrial(trial)
}

/** The equations of one valid or suspect trial. */
export function checkTrial(trial: Trial): void {
  const { counts, bytes, latency, load, payload } = trial
  const where = `${trial.id} (${trial.verdict}): ${JSON.stringify(trial.reasons)}`
  assert.ok(trial.verdict === 'valid' || trial.verdict === 'suspect', where)
  assert.ok(counts.sent > 0, where)
  checkLedger(trial)
  assert.equal(counts.delivered, counts.expected, `${where}: an echo on a loopback loses nothing`)
  assert.deepEqual(
    [counts.duplicate, counts.outOfOrder, counts.corrupt, counts.late, counts.unaccounted],
    [0, 0, 0, 0, 0],
    where,
  )
  for (const side of ['up', 'down'] as const) {
    const messages = bytes.messages?.[side] ?? 0
    assert.ok(messages >= counts.sent, `${where}: the warm-up's are among them`)
    assert.equal(bytes.payload[side], messages * payload.sizeBytes, where)
    assert.ok(bytes.wire[side] > bytes.payload[side], `${where}: framing takes bytes`)
    if (trial.transport === 'tcp') {
      assert.equal(bytes.wire[side] - bytes.payload[side], TCP_FRAME_BYTES * messages, `${where}: not a byte is missed`)
    }
  }
  assert.ok(load.achievedPerSec > 0, where)
  assert.equal(latency.response?.count, counts.delivered - counts.replayed, where)
  assert.equal(latency.service?.count, counts.delivered - counts.replayed, where)
  for (const part of [latency.response, latency.service, latency.sendLag]) if (part) checkLatency(part, where)
  const counted = trial.timeline.reduce((sum, { delivered }) => sum + delivered, 0)
  assert.equal(counted, counts.delivered, `${where}: the timeline adds up`)
  assert.deepEqual(trial.processes.map(({ role }) => role).sort(), [...Array(trial.workers).fill('client'), 'server'])
}

/** Both sides of the ledger close, whatever happened in the trial. */
export function checkLedger({ id, counts }: Trial): void {
  const errors = Object.values(counts.errors).reduce((sum, count) => sum + count, 0)
  assert.equal(counts.scheduled, counts.sent + counts.skipped + errors, `${id}: the send side closes`)
  const { delivered, lost, timedOut, inFlightAtEnd, unaccounted } = counts
  assert.equal(
    counts.expected,
    delivered + lost + timedOut + inFlightAtEnd + unaccounted,
    `${id}: the delivery side closes`,
  )
}

/** What may have gone wrong with messages. */
export function faultsOf(counts: Counts) {
  const { lost, timedOut, inFlightAtEnd, unaccounted, duplicate, outOfOrder, corrupt, late } = counts
  return { lost, timedOut, inFlightAtEnd, unaccounted, duplicate, outOfOrder, corrupt, late }
}

export const noFaults: ReturnType<typeof faultsOf> = {
  lost: 0,
  timedOut: 0,
  inFlightAtEnd: 0,
  unaccounted: 0,
  duplicate: 0,
  outOfOrder: 0,
  corrupt: 0,
  late: 0,
}

function checkLatency(latency: Latency, where: string): void {
  const { count, min, max, p50, p90, p99, p999, sum, hdr } = latency
  assert.ok(min !== null && max !== null && count > 0, where)
  const rising = [min, p50, p90, p99, p999, max].filter((value) => value !== null)
  assert.deepEqual(
    rising,
    rising.toSorted((one, other) => one - other),
    where,
  )
  assert.ok(sum >= count * min && sum <= count * max, where)
  assert.equal(decodeFromCompressedBase64(hdr, 64).totalCount, count, where)
}
