import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseAddress } from './loopback.ts'

it('parses addresses', () => {
  assert.deepEqual(parseAddress('127.0.0.1:80'), { host: '127.0.0.1', port: 80 })
  assert.deepEqual(parseAddress('[::1]:65535'), { host: '::1', port: 65_535 })
  assert.deepEqual(parseAddress('example.org:8080'), { host: 'example.org', port: 8080 })
  for (const bad of ['', 'host', ':80', 'host:', 'host:0', 'host:65536', 'host:8o']) {
    assert.throws(() => parseAddress(bad), /has to be host:port/, bad)
  }
})
