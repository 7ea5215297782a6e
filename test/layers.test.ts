/** Proves that the layer rule in biome.json bites: every row is one import that must, or must not, be let through. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const biome = fileURLToPath(new URL('../../node_modules/.bin/biome', import.meta.url))

function isRefused(file: string, specifier: string): boolean {
  const text = `import { thing } from '${specifier}'\n\nexport default thing\n`
  const { stdout, stderr } = spawnSync(biome, ['lint', `--stdin-file-path=${file}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  })
  assert.ok(stdout.length > 0, `the linter ran: ${stderr}`)
  return `${stdout}${stderr}`.includes('noRestrictedImports')
}

const rows: ReadonlyArray<readonly [file: string, refused: readonly string[], allowed: readonly string[]]> = [
  [
    'src/message.ts',
    ['zod', 'ws', './engine/histogram.ts', './transports/tcp.ts', 'yaml'],
    ['./clock.ts', 'node:fs', 'node:fs/promises'],
  ],
  ['src/scenario.ts', ['yaml', 'ws', './runner/run.ts'], ['zod', './message.ts']],
  ['src/source.ts', ['zod', './commands/run.ts'], ['yaml', './errors.ts']],
  [
    'src/transports/tcp.ts',
    ['./ws.ts', 'ws', '../message.ts', '../clock.ts', '../engine/inbox.ts'],
    ['../transport.ts', '../errors.ts', 'node:net'],
  ],
  [
    'src/transports/ws.ts',
    ['./tcp.ts', 'undici', '@grpc/grpc-js', '../workload.ts'],
    ['ws', '../transport.ts', '../wire.ts'],
  ],
  ['src/transports/grpc.ts', ['./ws.ts', 'ws', 'undici'], ['@grpc/grpc-js', '../transport.ts']],
  ['src/transports/sse.ts', ['./ws.ts', 'ws', '@grpc/grpc-js'], ['undici', 'eventsource-parser']],
  ['src/transports/another.ts', ['./tcp.ts', 'ws', '../workload.ts'], ['../transport.ts', 'node:net']],
  [
    'src/workloads/echo.ts',
    ['ws', '../clock.ts', '../engine/inbox.ts', '../transports/tcp.ts', 'node:fs'],
    ['../workload.ts', '../transport.ts', '../message.ts'],
  ],
  [
    'src/engine/inbox.ts',
    ['ws', 'zod', '../transports/tcp.ts', '../runner/run.ts', '../stats/median.ts'],
    ['../workload.ts', './ranges.ts', 'hdr-histogram-js', 'node:timers/promises'],
  ],
  [
    'src/stats/median.ts',
    ['node:fs', 'zod', '../scenario.ts', '../engine/histogram.ts'],
    ['../result.ts', './aggregate.ts'],
  ],
  [
    'src/reporters/json.ts',
    ['node:fs', '../engine/histogram.ts', '../runner/run.ts', 'commander'],
    ['../reporter.ts', '../result.ts', '../stats/aggregate.ts'],
  ],
  [
    'src/runner/trial.ts',
    ['../transports/index.ts', '../workloads/index.ts', '../stats/aggregate.ts', 'ws', '../commands/run.ts'],
    ['../engine/ledger.ts', '../control.ts', './member.ts', 'node:child_process'],
  ],
  [
    'src/runner/child.ts',
    ['../transports/tcp.ts', '../workloads/echo.ts', 'ws'],
    ['../transports/index.ts', '../workloads/index.ts', '../engine/inbox.ts'],
  ],
]

for (const [file, refused, allowed] of rows) {
  test(`the layer rule holds for ${file}`, () => {
    for (const specifier of refused) assert.ok(isRefused(file, specifier), `${file} may not import ${specifier}`)
    for (const specifier of allowed) assert.ok(!isRefused(file, specifier), `${file} may import ${specifier}`)
  })
}
