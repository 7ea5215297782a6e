import assert from 'node:assert/strict'
import test from 'node:test'
import { inventedFanOut, inventedIdle } from '../../test/invented-workloads.ts'
import { widthOf } from '../reporters/format.ts'
import { transportNames } from '../transports/index.ts'
import { workloads } from '../workloads/index.ts'
import { allTransports } from './catalog.ts'
import { list } from './list.ts'

for (const columns of [40, 60, 80, 200]) {
  test(`everything is listed within ${columns} columns`, async () => {
    let text = ''
    list(
      await allTransports(),
      workloads,
      [['echo', 'There and back.']],
      { columns, colour: false },
      { write: (part) => (text += part) },
    )
    for (const line of text.split('\n')) assert.ok(widthOf(line) <= columns, line)
    for (const name of transportNames) assert.ok(text.includes(`\n  ${name}\n`), name)
    for (const { name } of workloads) assert.ok(text.includes(`\n  ${name}\n`), name)
    const words = text.replace(/\s+/g, ' ')
    for (const { latency } of workloads) assert.ok(words.includes(latency), latency)
  })
}

const listed = (columns: number): string => {
  let text = ''
  list([], [inventedFanOut, inventedIdle], [], { columns, colour: false }, { write: (part) => (text += part) })
  return text
}

test('a workload is listed with its parameters, loads and figures', () => {
  const text = listed(200)
  for (const line of [
    '    loads: rate, saturate (default {rate: 20/s})',
    '    loads: rate (default {rate: 20/s})',
    '    connections: not to be set; publishers and subscribers are counted instead: set subscribers',
    '    parameters:',
    '      subscribers (default 10): How many get every message.',
    '      strategy (immediate, lazy or a mapping; default immediate): When messages leave.',
    '      strategy.batch (a mapping; not set by default): Several messages leave in one write.',
    '      strategy.batch.every (default 5ms): How long a batch waits.',
    '      slow.subscribers (not set by default): How many are slow.',
    '      buffer (a mapping): What a server keeps for a slow subscriber.',
    '      buffer.policy (none, block, drop; default none): What becomes of the rest.',
    '      family (ipv4, ipv6; not set by default): Kind of address.',
    '    figures:',
    '      spread.p99 (time): from the first to the last subscriber of a message',
    '      fairness (share): how alike subscribers are served',
  ])
    assert.ok(text.includes(`\n${line}\n`), line)
})

test('parameters are wrapped', () => {
  for (const columns of [40, 60]) {
    const text = listed(columns)
    for (const line of text.split('\n')) assert.ok(widthOf(line) <= columns, line)
    assert.ok(text.replace(/\s+/g, ' ').includes('strategy.batch.every (default 5ms): How long a batch waits.'))
  }
})
