import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalog } from '../../test/scenario-text.ts'
import { scenarioJsonSchema } from '../scenario.ts'
import { schema } from './schema.ts'

test('the JSON Schema describes every key and names what there is', () => {
  const lines: string[] = []
  schema(catalog, { write: (text: string) => lines.push(text) })
  const printed = JSON.parse(lines.join(''))
  assert.deepEqual(scenarioJsonSchema(catalog), printed)
  assert.deepEqual(printed.properties.workload.enum, catalog.workloads)
  assert.deepEqual(printed.properties.transports.items.anyOf[0].enum, catalog.transports)
  assert.deepEqual(printed.required, ['workload', 'transports'])
  assert.equal(printed.additionalProperties, false)
  assert.equal(printed.properties.duration.default, '10s')
  const undescribed = (node: unknown, name: string): string[] => {
    if (typeof node !== 'object' || node === null) return []
    return Object.entries(node).flatMap(([key, child]) => {
      if (key !== 'properties') return undescribed(child, `${name}.${key}`)
      const keys = Object.entries<{ description?: string }>(child)
      return [
        ...keys.filter(([, { description }]) => !description).map(([inner]) => `${name}.${inner}`),
        ...keys.flatMap(([inner, value]) => undescribed(value, `${name}.${inner}`)),
      ]
    })
  }
  assert.deepEqual(undescribed(printed, 'scenario'), [])
})
