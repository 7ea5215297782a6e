import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { conforms } from '../../test/json-schema-check.ts'
import { catalog, errorOf, inTemporaryDirectory, read } from '../../test/scenario-text.ts'
import { handicapNote } from '../handicap.ts'
import { scenarioJsonSchema } from '../scenario.ts'

inTemporaryDirectory()

const withServer = (server: string) =>
  `workload: echo\ntransports:\n  - ws\n  - {use: ws, label: head, server: ${server}}\n`

test('a subject may have a server with known faults, which the resolved scenario names', () => {
  const every =
    '{handicap: {cpuPerMessage: 5us, delay: 20ms, freeze: {at: 1s, for: 500ms}, lose: 1 %, duplicate: 0.02, reorder: 3 %, limit: 1000/s}}'
  const { subjects, resolved } = read(withServer(every))
  const handicap = {
    cpuPerMessageNs: 5000,
    delayNs: 20e6,
    freeze: { atNs: 1e9, forNs: 5e8 },
    lose: 0.01,
    duplicate: 0.02,
    reorder: 0.03,
    limitPerSec: 1000,
  }
  assert.deepEqual(subjects, [
    { label: 'ws', transport: 'ws' },
    { label: 'head', transport: 'ws', handicap },
  ])
  assert.deepEqual(resolved.subjects, subjects)
  assert.equal(
    handicapNote(handicap),
    'its server is handicapped on purpose: 5 µs CPU a message, 20 ms delay, frozen for 500 ms at 1 s, ' +
      '1 % of the messages lost, 2 % doubled, 3 % out of order, 1000 messages/s at the most',
  )
  assert.equal(conforms(parse(withServer(every)), scenarioJsonSchema(catalog)), true)
})

const refused: readonly (readonly [server: string, error: string])[] = [
  ['{handicp: {delay: 20ms}}', 'unknown key "handicp" in transports[1].server; did you mean "handicap"?'],
  ['{handicap: {dely: 20ms}}', 'unknown key "dely" in transports[1].server.handicap; did you mean "delay"?'],
  ['{handicap: {}}', 'transports[1].server.handicap must have a key, got {}; write it as in {cpuPerMessage: 5us}'],
  ['{handicap: 5}', 'transports[1].server.handicap must be a mapping, got 5; write it as in {cpuPerMessage: 5us}'],
  ['fast', 'transports[1].server must be a mapping, got "fast"; write it as in {handicap: {delay: 20ms}}'],
  ['{handicap: {delay: 20}}', 'transports[1].server.handicap.delay must be a time from 1ms to 1min, got 20; '],
  ['{handicap: {cpuPerMessage: 0s}}', 'transports[1].server.handicap.cpuPerMessage must be a time from 100ns to 1s'],
  ['{handicap: {lose: 2}}', 'transports[1].server.handicap.lose must be a share from 0 % to 100 %, got 2; '],
  ['{handicap: {limit: 0/s}}', 'transports[1].server.handicap.limit must be a rate from 0.1/s to 10000000/s'],
  [
    '{handicap: {freeze: 1s}}',
    'transports[1].server.handicap.freeze must be a mapping, got "1s"; write it as in {at: ',
  ],
  ['{handicap: {freeze: {for: 1s}}}', 'transports[1].server.handicap.freeze.at is missing; write a number and a unit'],
  [
    '{handicap: {freeze: {at: 10s, for: 1s}}}',
    'transports[1].server.handicap.freeze.at must be before the end of duration, got "10s"; let it freeze earlier',
  ],
  [
    '{handicap: {lose: 60 %, reorder: 50 %}}',
    'transports[1].server.handicap must lose, duplicate and reorder no more than 100 % of the messages together, got ',
  ],
]

for (const [server, error] of refused) {
  test(`refuses server: ${server}`, () => {
    const got = errorOf(() => read(withServer(server)))
    assert.match(got, /^a\.yaml:4:\d+: /)
    assert.equal(got.split('\n').length, 1, got)
    assert.ok(got.replace(/^a\.yaml:4:\d+: /, '').startsWith(error), got)
  })
}
