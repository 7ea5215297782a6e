import assert from 'node:assert/strict'
import test from 'node:test'
import { leadersOf } from '../../stats/standing.ts'
import { linearAxis, logAxis, placeOf, tightAxis } from './axis.ts'
import { looksOf } from './looks.ts'
import { html, jsonBlock, name } from './markup.ts'

test('whatever is put into markup is text', () => {
  const hostile = `<script>alert(1)</script>"'&`
  assert.equal(html`<p title="${hostile}">${hostile}</p>`.text.match(/<\w+/g)?.length, 1)
  assert.equal(html`${['<', html`<b>${'>'}</b>`, 3, null, false]}`.text, '&lt;<b>&gt;</b>3')
})

test('control characters and marks of direction are shown as their codes', () => {
  assert.equal(html`${'a\u202eb\u0000\u001b'}`.text, 'a\\u{202e}b\\x00\\x1b')
})

test('a long name keeps its ends', () => {
  const { text } = name(`head${'x'.repeat(10_000)}tail`)
  assert.ok(text.length < 100)
  assert.match(text, /^<bdi>head.*…x*tail<\/bdi>$/)
})

test('a data block cannot be ended from within, and is read back the same', () => {
  const value = { '</script><!--': '\u2028\u2029<!-- ]]>&' }
  const { text } = jsonBlock('id', value)
  const inner = text.slice(text.indexOf('>') + 1, text.lastIndexOf('</script>'))
  assert.doesNotMatch(inner, /[<>&\u2028\u2029]/)
  assert.deepEqual(JSON.parse(inner), value)
})

test('axes hold all their values, with some round ticks', () => {
  const sets = [[0], [5], [-3, 8], [1, 1_000_000], [0.2, 0.25], [1e9, 2e9], [7e-3]]
  for (const values of sets) {
    for (const axis of [linearAxis(values), ...(values.every((one) => one > 0) ? [logAxis(values)] : [])]) {
      for (const value of values) {
        const place = placeOf(value, axis)
        assert.ok(place >= -1e-9 && place <= 1 + 1e-9, `${value} is at ${place} of ${JSON.stringify(axis)}`)
      }
      assert.ok(axis.ticks.length >= 1 && axis.ticks.length <= 9, JSON.stringify(axis))
      assert.deepEqual(
        axis.ticks,
        axis.ticks.toSorted((one, other) => one - other),
      )
    }
  }
  assert.equal(tightAxis([0, 12]).high, 12)
  assert.ok(linearAxis([5 * 2 ** 20], 2 ** 20).ticks.every((tick) => tick % 2 ** 20 === 0))
})

test('forty subjects look different', () => {
  const looks = Array.from({ length: 40 }, (_, index) => JSON.stringify(looksOf(index)))
  assert.equal(new Set(looks).size, 40)
})

test('those that nobody measurably beats lead', () => {
  const pair = (one: string, other: string, ratio: number, pAdjusted: number) => ({
    one,
    other,
    ratio,
    ci95: null,
    pAdjusted,
  })
  const pairs = [pair('a', 'b', 1.05, 0.4), pair('a', 'c', 1.5, 0.01), pair('c', 'b', 0.7, 0.01)]
  assert.deepEqual(leadersOf({ pairs, better: 'lower' }), ['a', 'b'])
  assert.deepEqual(leadersOf({ pairs, better: 'higher' }), ['c'])
})
