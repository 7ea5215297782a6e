/** Proves that the layer rule in biome.json bites: every row is one import that must, or must not, be let through. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const biome = fileURLToPath(new URL('../../node_modules/.bin/biome', import.meta.url))

/** Lints one file for each row, an import a line, under the project's own configuration. @returns `file:line` of what is refused */
function lintRows(): Set<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rtbench-layers-'))
  try {
    copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'))
    for (const [file, refused, allowed] of rows) {
      const imports = [...refused, ...allowed].map((specifier) => `import '${specifier}'`)
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), `${imports.join('\n')}\n`)
    }
    const flags = [
      '--vcs-enabled=false',
      '--max-diagnostics=none',
      '--only=style/noRestrictedImports',
      '--reporter=github',
    ]
    const { stdout } = spawnSync(biome, ['lint', ...flags, '.'], { cwd: folder, encoding: 'utf8' })
    const found = stdout.matchAll(/title=lint\/style\/noRestrictedImports,file=(.+?),line=(\d+)/g)
    return new Set(Array.from(found, ([, file = '', line = '']) => `${relative(folder, file)}:${line}`))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const rows: ReadonlyArray<readonly [file: string, refused: readonly string[], allowed: readonly string[]]> = [
  [
    'src/message.ts',
    ['zod', 'ws', './engine/histogram.ts', './transports/tcp.ts', 'yaml'],
    ['./clock.ts', 'node:fs', 'node:fs/promises'],
  ],
  ['src/result.ts', ['yaml', './stats/aggregate.ts'], ['zod', './metric.ts']],
  ['src/result/trial.ts', ['yaml', '../stats/cell.ts', '../scenario.ts'], ['zod', './fields.ts', '../metric.ts']],
  ['src/scenario.ts', ['yaml', 'zod', './runner/run.ts'], ['./scenario/schema.ts', './message.ts']],
  [
    'src/scenario/schema.ts',
    ['yaml', '../runner/run.ts', '../transports/index.ts'],
    ['zod', '../message.ts', './units.ts'],
  ],
  ['src/scenario/load-field.ts', ['yaml', '../runner/run.ts'], ['zod', './variable.ts']],
  ['src/scenario/parameter-fields.ts', ['yaml', '../workloads/index.ts'], ['zod', '../parameter.ts']],
  ['src/scenario/json-schema.ts', ['yaml'], ['zod', '../workload.ts']],
  ['src/scenario/search.ts', ['zod', 'yaml'], ['./load-field.ts', '../metric.ts']],
  ['src/scenario/source.ts', ['zod', '../commands/run.ts'], ['yaml', '../errors.ts']],
  ['src/sockets/outbox.ts', ['ws', '../transports/tcp.ts', '../workload.ts'], ['../transport.ts', 'node:net']],
  [
    'src/transports/tcp.ts',
    ['./ws.ts', './ws-channel.ts', 'ws', '../message.ts', '../clock.ts', '../engine/inbox.ts'],
    ['./tcp-channel.ts', '../transport.ts', '../errors.ts', 'node:net'],
  ],
  [
    'src/transports/ws.ts',
    ['./tcp.ts', 'undici', '@grpc/grpc-js', '../workload.ts'],
    ['ws', '../transport.ts', '../sockets/wire.ts'],
  ],
  ['src/transports/grpc.ts', ['./ws.ts', 'ws', 'undici'], ['@grpc/grpc-js', '../transport.ts']],
  ['src/transports/sse.ts', ['./ws.ts', 'ws', '@grpc/grpc-js'], ['undici', 'eventsource-parser']],
  ['src/transports/another.ts', ['./tcp.ts', 'ws', '../workload.ts'], ['../transport.ts', 'node:net']],
  [
    'src/rooms/room.ts',
    ['ws', '../workloads/fan-out.ts', '../clock.ts', '../engine/inbox.ts', '../transports/tcp.ts', 'node:fs'],
    ['./buffers.ts', '../workload.ts', '../transport.ts', '../message.ts'],
  ],
  ['src/rooms/another.ts', ['../metric.ts', '../parameter.ts', '../workloads/chat-member.ts'], ['./room.ts']],
  [
    'src/doctor/timing.ts',
    ['zod', '../runner/run.ts', '../stats/noise.ts', '../transports/index.ts', '../commands/calibrate.ts'],
    ['./condition.ts', '../engine/alarm.ts', '../clock.ts', 'node:net'],
  ],
  [
    'src/workloads/echo.ts',
    ['ws', '../clock.ts', '../engine/inbox.ts', '../transports/tcp.ts', 'node:fs', './idle.ts', './idle-census.ts'],
    [
      '../workload.ts',
      '../transport.ts',
      '../message.ts',
      '../metric.ts',
      '../parameter.ts',
      '../rooms/room.ts',
      './answering.ts',
    ],
  ],
  [
    'src/workloads/idle.ts',
    ['./echo.ts', './connect.ts', './connect-calm.ts', './answering.ts', 'ws', 'node:fs', '../runner/run.ts'],
    ['./idle-census.ts', '../workload.ts', '../rooms/room.ts'],
  ],
  [
    'src/workloads/fan-out-conclusion.ts',
    ['./chat-member.ts', './index.ts', '../stats/median.ts', 'node:timers'],
    ['./fan-out-topology.ts', '../metric.ts', '../rooms/fairness.ts'],
  ],
  ['src/workloads/chat.ts', ['./fan-out-subscriber.ts', './fan-out.ts'], ['./chat-member.ts']],
  ['src/workloads/connect-storm.ts', ['./reconnect-gate.ts', './echo.ts'], ['./connect-calm.ts']],
  ['src/workloads/connect.ts', ['./echo.ts', './idle-census.ts'], ['./connect-calm.ts', './answering.ts']],
  ['src/workloads/reconnect.ts', ['./connect-calm.ts', './connect.ts'], ['./reconnect-gate.ts']],
  ['src/workloads/upload.ts', ['./echo.ts', './stream.ts'], ['./upload-sender.ts']],
  ['src/workloads/index.ts', ['../rooms/room.ts', '../message.ts', 'node:fs'], ['./echo.ts', '../workload.ts']],
  [
    'src/cli/run.ts',
    ['zod', '../runner/run.ts', '../scenario.ts', '../reporters/table.ts', '../transports/index.ts'],
    ['./declaration.ts', 'commander', '../errors.ts', '../commands/run.ts'],
  ],
  [
    'src/engine/inbox.ts',
    ['ws', 'zod', '../transports/tcp.ts', '../runner/run.ts', '../stats/median.ts'],
    ['../workload.ts', './ranges.ts', 'hdr-histogram-js', 'node:timers/promises'],
  ],
  [
    'src/decision/line.ts',
    ['../reporter.ts', '../reporters/format.ts', '../transport.ts', 'zod'],
    ['./needs.ts', '../result.ts', '../stats/ranking.ts'],
  ],
  [
    'src/reporters/decision/html.ts',
    ['../notes.ts', '../../transport.ts', 'node:fs'],
    ['./words.ts', '../../decision/page.ts', '../html/markup.ts', '../format.ts'],
  ],
  [
    'src/stats/median.ts',
    ['node:fs', 'zod', '../scenario.ts', '../engine/histogram.ts'],
    ['../result.ts', '../gate.ts', './aggregate.ts'],
  ],
  [
    'src/reporters/format.ts',
    ['node:fs', '../engine/histogram.ts', '../runner/run.ts', 'commander'],
    ['../reporter.ts', '../result.ts', '../stats/aggregate.ts'],
  ],
  ['src/reporters/table.ts', ['cli-table3'], ['./grid.ts', './paint.ts']],
  ['src/reporters/grid.ts', ['../result.ts', 'node:fs'], ['cli-table3']],
  [
    'src/reporters/html.ts',
    ['uplot', 'node:fs', '../result-reader.ts', './table.ts'],
    ['../reporter.ts', './html/latency.ts'],
  ],
  [
    'src/reporters/html/latency.ts',
    ['uplot', 'hdr-histogram-js', 'node:net', '../table.ts', '../../engine/histogram.ts', '../../errors.ts'],
    ['./markup.ts', '../format.ts', '../../stats/cell.ts', '../../result.ts', 'node:zlib'],
  ],
  [
    'src/progress/scene.ts',
    ['../runner/plan.ts', '../engine/recorder.ts', 'ws'],
    ['./pulse.ts', '../reporter.ts', '../engine/sketch.ts'],
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

const refusals = lintRows()

for (const [file, refused, allowed] of rows) {
  test(`the layer rule holds for ${file}`, () => {
    for (const [index, specifier] of [...refused, ...allowed].entries()) {
      const expected = index < refused.length
      assert.equal(
        refusals.has(`${file}:${index + 1}`),
        expected,
        `${specifier} is ${expected ? 'refused' : 'allowed'}`,
      )
    }
  })
}
