import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastingPorts } from './lasting-port.ts'

const cases = [
  { name: 'as Linux has it', given: { low: 32_768, high: 60_999 }, least: 64 },
  { name: 'widened, as rtbench itself advises', given: { low: 1024, high: 65_535 }, least: 0 },
  { name: 'room above only', given: { low: 1024, high: 60_999 }, least: 64 },
  { name: 'privileged ports are no room', given: { low: 100, high: 65_530 }, least: 5 },
  { name: 'a handful below', given: { low: 1027, high: 65_535 }, least: 3 },
  { name: 'all but the privileged ones', given: { low: 1, high: 1000 }, least: 64 },
]

for (const { name, given, least } of cases) {
  test(`ports that the system gives nobody: ${name}`, () => {
    const ports = lastingPorts(given)
    assert.equal(ports.length, least)
    assert.equal(new Set(ports).size, ports.length, 'each is tried once')
    for (const port of ports) {
      assert.ok(port >= 1024 && port <= 65_535, `${port} can be had`)
      assert.ok(port < given.low || port > given.high, `${port} is given to nobody`)
    }
  })
}

test('where the system does not tell, ports are below what any usual system gives', () => {
  const ports = lastingPorts(undefined)
  assert.equal(ports.length, 64)
  assert.ok(
    ports.every((port) => port >= 1024 && port < 32_768),
    ports.join(),
  )
})
