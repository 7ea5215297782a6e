import assert from 'node:assert/strict'
import test from 'node:test'
import { ladderRun, named, runOf } from '../../../test/decision-fixture.ts'
import { resultOf, trialOf } from '../../../test/result-fixture.ts'
import { pageOf } from '../../decision/page.ts'
import { widthOf } from '../format.ts'
import { decisionHtml } from './html.ts'
import { decisionMarkdown } from './markdown.ts'
import { decisionText } from './text.ts'
import { type PageWords, wordsOf } from './words.ts'

const textOf = (words: PageWords, columns = 100) => decisionText(words, { columns, colour: false })
const oneLine = (text: string) => text.replace(/\s+/g, ' ')

const plain = wordsOf(pageOf([runOf('plain', { tcp: 1e5, ws: 2e5 }, 6)]))

test('each form marks the best, and says which scenario would measure what is not', () => {
  const forms = [textOf(plain), decisionMarkdown(plain), decisionHtml(plain)]
  for (const form of forms) {
    assert.match(form, /best/)
    assert.match(form.replaceAll('\\', ''), /rtbench run scenarios\/fan-out\.yaml/)
    for (const { title } of plain.needs) assert.ok(form.includes(title), title)
  }
  assert.match(decisionMarkdown(plain), /\*\*100 µs\*\* \(best\)/)
  assert.equal(textOf(plain).match(/100 µs best/g)?.length, 1)
})

test('no cell is empty', () => {
  for (const { rows, unmeasured } of plain.needs) {
    assert.ok(rows.length > 0 || unmeasured)
    for (const { cells } of rows) for (const { main } of cells) assert.notEqual(main, '')
  }
})

const turning = (subject: string, level: number | string) => (subject === 'ws' || Number(level) < 500 ? 1e5 : 2e5)

test('crossovers are sentences about measured levels, with their intervals', () => {
  const { crossovers } = wordsOf(pageOf([ladderRun(['ws', 'sse'], [50, 200, 500], 8, turning)]))
  const [first = ''] = crossovers
  assert.match(
    first,
    /^Time to a subscriber, p50: sse is within 5 % of ws up to 200 subscribers \(measured at 50 and 200\) and behind it at 500 subscribers \(\+9\d\.\d % to \+10\d(\.\d)? %\)\.$/,
  )
  const ahead = (subject: string) => (subject === 'ws' ? 1e5 : 2e5)
  const [all = ''] = wordsOf(pageOf([ladderRun(['ws', 'sse'], [50, 200], 8, ahead)])).crossovers
  assert.match(all, /sse is behind ws at every level measured \(50: \+[^,]+, 200: \+[^,]+ %\)\.$/)
  const few = wordsOf(pageOf([ladderRun(['ws', 'sse'], [50, 200, 500], 3, turning)])).crossovers
  assert.ok(few.length > 0)
  for (const sentence of few) assert.match(sentence, /^No crossover is stated over subscribers .*3 blocks.* need 7\.$/)
})

test('ranges are called ranges, single trials so, and figures of several runs are said not to be comparable', () => {
  const words = wordsOf(pageOf([runOf('two', { ws: 1e5 }, 2), runOf('one', { sse: 1e5 }, 1)]))
  const [two, one] = words.needs[0]?.rows ?? []
  assert.match(two?.cells[0]?.spread ?? '', /^range /)
  assert.equal(two?.cells[1]?.main, 'not in this run')
  assert.equal(one?.cells[1]?.spread, 'one trial')
  assert.ok(words.rules.some((rule) => rule.startsWith('Figures of different runs are not comparable')))
})

const HOSTILE = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  `long ${'x'.repeat(10_000)} end`,
  'control\u0000\u001b[31m\n|\u202egnissim',
  'שלום @everyone',
]

const hostile = wordsOf(
  pageOf(
    HOSTILE.map((subject) => {
      const trials = [
        trialOf({ subject, verdict: 'suspect', warnings: [{ code: 'undelivered', message: subject }] }),
        trialOf({
          subject: `${subject} too`,
          verdict: 'invalid',
          reasons: [{ code: 'corrupt', message: subject }],
        }),
        trialOf({ subject, point: { [subject]: subject } }),
      ]
      return named(subject, 'echo', resultOf(trials))
    }),
  ),
)

test('hostile names are text in every form', () => {
  const page = decisionHtml(hostile)
  assert.doesNotMatch(page, /<(script|img)/i)
  assert.ok(!page.includes('\0') && !page.includes('\x1b') && !page.includes('\u202e'))
  assert.doesNotMatch(page, /x{400}/)
  const markdown = decisionMarkdown(hostile)
  assert.doesNotMatch(markdown, /(?<!\\)<(script|img)|x{400}|\u202e|@everyone/)
  assert.ok(!markdown.includes('\0') && !markdown.includes('\x1b'))
  const cells = (line: string) => line.match(/(?<!\\)\|/g)?.length ?? 0
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'))
  assert.ok(rows.length > 5)
  for (const row of rows) assert.equal(cells(row), hostile.columns.length + 2, row)
})

test('text never exceeds its columns, whatever the names', () => {
  for (const words of [plain, hostile, wordsOf(pageOf([]))]) {
    for (const columns of [40, 100]) {
      const text = textOf(words, columns)
      for (const line of text.split('\n')) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
      assert.doesNotMatch(text, /[^\P{Cc}\n]/u)
    }
  }
})

test('without any trial every form says so', () => {
  const none = resultOf([], [], { code: 'interrupted', message: 'interrupted by SIGINT' })
  const words = wordsOf(pageOf([named('none', 'echo', none)]))
  for (const form of [textOf(words), decisionMarkdown(words), decisionHtml(words)]) {
    assert.match(oneLine(form), /There is no trial in these results/)
    assert.match(form.replaceAll('\\', ''), /rtbench run scenarios\/echo\.yaml/)
  }
})
