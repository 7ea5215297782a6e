import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { conforms } from '../../test/json-schema-check.ts'
import { BASE, catalog, errorOf, inTemporaryDirectory, read } from '../../test/scenario-text.ts'
import { scenarioJsonSchema } from '../scenario.ts'
import { workloads } from '../workloads/index.ts'
import { catalog as shippedCatalog } from './catalog.ts'
import { schema } from './schema.ts'

inTemporaryDirectory()

test('the JSON Schema describes every key and names what there is', () => {
  const lines: string[] = []
  schema(catalog, { write: (text: string) => lines.push(text) })
  const printed = JSON.parse(lines.join(''))
  assert.deepEqual(JSON.parse(JSON.stringify(scenarioJsonSchema(catalog))), printed)
  const names = catalog.workloads.map(({ name }) => name)
  assert.deepEqual(printed.properties.workload.enum, names)
  assert.deepEqual(printed.properties.transports.items.anyOf[0].enum, catalog.transports)
  assert.deepEqual(printed.required, ['workload', 'transports'])
  for (const { name, parameters } of catalog.workloads) {
    const { properties, additionalProperties } = printed.$defs[name]
    assert.equal(additionalProperties, false)
    const own = Object.keys(properties).filter((key) => !Object.hasOwn(printed.properties, key))
    assert.deepEqual(own.sort(), Object.keys(parameters).sort())
  }
  assert.equal(printed.properties.duration.default, '10s')
  assert.equal(printed.$defs['fan-out'].properties.strategy.default, 'immediate')
  assert.deepEqual(printed.$defs.idle.properties.load.default, { rate: '20/s' })
})

test('every key of the JSON Schema has a description', () => {
  const { properties, $defs } = scenarioJsonSchema(catalog) as { properties: object; $defs: Record<string, object> }
  const undescribed = (node: unknown, name: string): string[] => {
    if (typeof node !== 'object' || node === null) return []
    return Object.entries(node).flatMap(([key, child]) => {
      if (key !== 'properties') return undescribed(child, `${name}.${key}`)
      return Object.entries<{ description?: string }>(child).flatMap(([inner, value]) => [
        ...(value.description ? [] : [`${name}.${inner}`]),
        ...undescribed(value, `${name}.${inner}`),
      ])
    })
  }
  assert.deepEqual(undescribed({ properties }, 'scenario'), [])
  for (const { name, parameters } of catalog.workloads) {
    for (const [key, node] of Object.entries($defs)) {
      if (key.startsWith(`${name}.`) && key !== `${name}.load`) assert.deepEqual(undescribed(node, key), [])
    }
    const described = Object.keys(parameters).filter((key) => undescribed($defs[name], '').includes(`.${key}`))
    assert.deepEqual(described, [])
  }
})

/** Two lines are taken away where a scenario names its workload itself. */
const scenario = (lines: string) => (lines.startsWith('workload:') ? lines : `${BASE}${lines}`)

const fanOut = 'workload: fan-out\ntransports: [ws]\n'
const idle = 'workload: idle\ntransports: [ws]\n'

for (const lines of [
  '',
  'connections: [1, 10]',
  'payload: {size: [64, 1KiB], kind: json}',
  'load: {rate: [5, 10/s]}',
  'load: [{rate: 5}, {inFlight: 2}]',
  'vary: {load.rate: [5], payload: [64]}',
  'load: {search: {over: rate, from: 10/s, to: 100/s, slo: [latency.p99 < 1ms]}}',
  'load: {inFlight: 3, search: {over: connections, from: 1, to: 100, slo: [latency.p99 < 1ms], precision: 10 %}}',
  `${fanOut}subscribers: [1, 10]\nstrategy: [immediate, {batch: {every: 5ms}}]`,
  `${fanOut}slow: {subscribers: 2, pause: [1ms, 1s]}\nbuffer: {policy: drop}\nvary: {slow.subscribers: [1, 2]}`,
  `${fanOut}load: {search: {over: subscribers, from: 10, to: 100, slo: [spread.p99 < 1ms]}}`,
  `${idle}connections: 50\nsample: 50 %\nconnectRate: 100/s\nmemory: 1KiB\nhold: 1s\nfamily: ipv6`,
]) {
  test(`editors and the reader both take ${JSON.stringify(lines)}`, () => {
    const text = scenario(lines)
    read(text)
    assert.equal(conforms(parse(text), scenarioJsonSchema(catalog)), true)
  })
}

for (const lines of [
  'subscribers: 5',
  'bananas: 5',
  'connections: []',
  'connections: [0]',
  'load: {rate: 5, inFlight: 2}',
  'load: {}',
  'vary: {subscribers: [1]}',
  'load: {search: {over: subscribers, from: 1, to: 2, slo: [latency.p99 < 1ms]}}',
  'load: {search: {over: rate, from: 1, to: 2}}',
  `${fanOut}connections: 5`,
  `${fanOut}load: {inFlight: 2}`,
  `${fanOut}vary: {connections: [5]}`,
  `${fanOut}load: {search: {over: connections, from: 1, to: 2, slo: [latency.p99 < 1ms]}}`,
  `${fanOut}subscribers: 0`,
  `${fanOut}subscribers: many`,
  `${fanOut}strategy: eager`,
  `${fanOut}strategy: {batch: {evry: 5ms}}`,
  `${fanOut}buffer: {policy: burn}`,
  `${fanOut}slow: {pause: 5}`,
  `${idle}sample: much`,
  `${idle}load: {saturate: true}`,
  'workload: ecoh\ntransports: [ws]',
  'transports: [ws]',
]) {
  test(`editors and the reader both refuse ${JSON.stringify(lines)}`, () => {
    const text = lines.startsWith('transports:') ? lines : scenario(lines)
    errorOf(() => read(text))
    assert.equal(conforms(parse(text), scenarioJsonSchema(catalog)), false)
  })
}

const folder = fileURLToPath(new URL('../../../scenarios', import.meta.url))
const shipped = readdirSync(folder).filter((file) => file.endsWith('.yaml'))

for (const file of shipped) {
  test(`editors take scenarios/${file}, and no key of another workload in it`, () => {
    const content: Record<string, unknown> = parse(readFileSync(join(folder, file), 'utf8'))
    const schema = scenarioJsonSchema(shippedCatalog())
    assert.equal(conforms(content, schema), true)
    const own = workloads.find(({ name }) => name === content.workload)?.parameters ?? {}
    const keys = workloads.flatMap(({ parameters }) => Object.keys(parameters))
    for (const key of ['bananas', ...keys.filter((one) => !Object.hasOwn(own, one))]) {
      assert.equal(conforms({ ...content, [key]: 1 }, schema), false, key)
    }
  })
}
