import assert from 'node:assert/strict'
import test from 'node:test'
import { widthOf } from '../reporters/format.ts'
import { transportNames } from '../transports/index.ts'
import { workloads } from '../workloads/index.ts'
import { allTransports } from './catalog.ts'
import { list } from './list.ts'

for (const columns of [40, 60, 80, 200]) {
  test(`everything is listed within ${columns} columns`, async () => {
    let text = ''
    list(await allTransports(), workloads, { columns, colour: false }, { write: (part) => (text += part) })
    for (const line of text.split('\n')) assert.ok(widthOf(line) <= columns, line)
    for (const name of transportNames) assert.ok(text.includes(`\n  ${name}\n`), name)
    for (const { name } of workloads) assert.ok(text.includes(`\n  ${name}\n`), name)
    const words = text.replace(/\s+/g, ' ')
    for (const { latency } of workloads) assert.ok(words.includes(latency), latency)
  })
}
