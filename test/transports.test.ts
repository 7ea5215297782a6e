import assert from 'node:assert/strict'
import test from 'node:test'
import { describeEnvironment } from '../src/runner/environment.ts'
import { loadTransport, transportNames, transportOptions } from '../src/transports/index.ts'
import { transportContract } from './transport-contract.ts'

for (const name of transportNames) {
  const transport = await loadTransport(name)
  test(`the list knows the options of ${name} without loading it`, () =>
    assert.deepEqual(transportOptions[name], transport.options))
  transportContract(transport)
}

test('what carries a transport is a package that rtbench depends on, so that results have its version', async () => {
  const { packages } = describeEnvironment()
  for (const name of transportNames) {
    for (const one of (await loadTransport(name)).packages) assert.ok(Object.hasOwn(packages, one), `${name}: ${one}`)
  }
})
