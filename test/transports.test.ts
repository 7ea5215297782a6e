import assert from 'node:assert/strict'
import test from 'node:test'
import { loadTransport, transportNames, transportOptions } from '../src/transports/index.ts'
import { transportContract } from './transport-contract.ts'

for (const name of transportNames) {
  const transport = await loadTransport(name)
  test(`the list knows the options of ${name} without loading it`, () =>
    assert.deepEqual(transportOptions[name], transport.options))
  transportContract(transport)
}
