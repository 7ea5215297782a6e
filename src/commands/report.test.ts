import assert from 'node:assert/strict'
import { linkSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { drawnResult } from '../../test/report-fixture.ts'
import { plainResult, resultOf, trialOf } from '../../test/result-fixture.ts'
import { inTemporaryDirectory } from '../../test/scenario-text.ts'
import { UserError } from '../errors.ts'
import { report } from './report.ts'

inTemporaryDirectory()
// A job that runs these tests is not what they are about.
delete process.env.GITHUB_STEP_SUMMARY

/** What a user is told. */
async function refusalOf(promise: Promise<unknown>): Promise<string> {
  const thrown = await promise.then(
    () => assert.fail('it was let through'),
    (reason: unknown) => reason,
  )
  assert.ok(thrown instanceof UserError, String(thrown))
  assert.equal(thrown.exitCode, 2)
  return thrown.message
}

const store = (file: string, result: unknown) => writeFileSync(file, JSON.stringify(result))

test('a report is made of several results, and says so', async () => {
  store('one.json', plainResult)
  store('two.json', resultOf([trialOf({ subject: 'a-newcomer' })]))
  assert.equal(await report(['one.json', 'two.json'], { html: 'out.html' }), 0)
  const text = readFileSync('out.html', 'utf8')
  assert.match(text, /^<!doctype html>/)
  assert.match(text, /Measured in 2 separate runs/)
  assert.match(text, /a-newcomer/)
})

test('what is no result is refused in one line, and nothing is written', async () => {
  store('one.json', plainResult)
  writeFileSync('cut.json', JSON.stringify(plainResult).slice(0, 500))
  store('future.json', { ...plainResult, schemaVersion: '2.0' })
  store('edited.json', { ...plainResult, trials: plainResult.trials.slice(1) })
  store('foreign.json', { hello: 'world' })
  const cases: ReadonlyArray<readonly [string, RegExp]> = [
    ['cut.json', /^cut\.json: not complete JSON: /],
    ['future.json', /^future\.json: schemaVersion 2\.0, /],
    ['foreign.json', /^foreign\.json: not an rtbench result: /],
    ['missing.json', /^missing\.json: there is no such file; check the path$/],
    ['edited.json', /^edited\.json: contradicts itself: /],
    ['.', /^\.: /],
  ]
  for (const [file, expected] of cases) {
    const error = await refusalOf(report(['one.json', file], { html: 'never.html' }))
    assert.match(error, expected)
    assert.doesNotMatch(error, /\n/)
    assert.throws(() => readFileSync('never.html'))
  }
})

test('it neither overwrites a result nor does nothing', async () => {
  store('one.json', plainResult)
  linkSync('one.json', 'same.html')
  assert.match(
    await refusalOf(report(['one.json'], { html: 'same.html' })),
    /^--html same\.html: that is one of the results; /,
  )
  assert.match(await refusalOf(report(['one.json'], { html: 'no/such/folder.html' })), /cannot be written/)
  assert.match(
    await refusalOf(report(['one.json'], {})),
    /^report: no format was asked for; add --html, .* or --gha-benchmark-bigger FILE$/,
  )
})

test('several formats at once, one of them on standard output at most, and none over another', async () => {
  store('one.json', plainResult)
  assert.equal(await report(['one.json'], { csv: 'out.csv', ghaBenchmark: 'out.json', junit: 'out.xml' }), 0)
  assert.match(readFileSync('out.xml', 'utf8'), /^<\?xml/)
  assert.ok(Array.isArray(JSON.parse(readFileSync('out.json', 'utf8'))))
  assert.match(
    await refusalOf(report(['one.json'], { csv: '-', junit: '-' })),
    /^--junit -: --csv goes to standard output already; /,
  )
  assert.match(
    await refusalOf(report(['one.json'], { csv: 'new.txt', junit: './new.txt' })),
    /^--junit \.\/new\.txt: --csv goes to \.\/new\.txt already; /,
  )
  assert.throws(() => readFileSync('new.txt'))
  assert.equal(await report(['one.json'], { csv: '/dev/null', junit: '/dev/null' }), 0)
})

test('subjects that need a file each get one, and no result is overwritten by it', async () => {
  store('two.json', drawnResult(['ws', 'tcp']))
  assert.equal(await report(['two.json'], { hgrm: 'lat.hgrm' }), 0)
  for (const file of ['lat-ws.hgrm', 'lat-tcp.hgrm']) assert.match(readFileSync(file, 'utf8'), /^ +Value/)
  assert.throws(() => readFileSync('lat.hgrm'))
  store('two-ws.json', drawnResult(['ws', 'tcp']))
  assert.match(
    await refusalOf(report(['two-ws.json'], { hgrm: 'two.json' })),
    /^--hgrm two-ws\.json: that is one of the results; /,
  )
})
