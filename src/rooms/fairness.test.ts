import assert from 'node:assert/strict'
import test from 'node:test'
import { fairnessOf, type Share } from './fairness.ts'

const share = (subscriber: number, messages: number, meanNs: number): Share => ({
  subscriber,
  messages,
  sumNs: messages * meanNs,
})

test('all wait alike, however much each got: 1', () => {
  const fairness = fairnessOf([share(1, 10, 500), share(2, 1000, 500), share(3, 1, 500)])
  assert.deepEqual(fairness, { index: 1, fastestNs: 500, medianNs: 500, slowestNs: 500 })
})

test('one of n bears all of the waiting: 1/n', () => {
  assert.equal(fairnessOf([share(1, 5, 0), share(2, 5, 0), share(3, 5, 900), share(4, 5, 0)])?.index, 0.25)
})

test('who got nothing waits longest of all, nobody knows how long: no figure says that all is fair', () => {
  assert.equal(fairnessOf([share(1, 5, 100), share(2, 0, 0)]), null)
  assert.equal(fairnessOf([share(2, 0, 0)]), null)
  assert.equal(fairnessOf([]), null)
})
