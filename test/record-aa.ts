/**
 * `npm run record:aa [blocks]`: measures the same subject twice a block, adjacent and in random order, and stores the gated metrics in
 * test/data/aa.json, which test/truth/replay.test.ts replays. It takes about five minutes on a machine that does nothing else: a record
 * in which 10 % would be lost in the noise is not kept.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseResult } from '../src/result-reader.ts'
import { figureOf } from '../src/stats/figure.ts'
import { pairingsOf } from '../src/stats/pairing.ts'
import { type AaRecord, aaMetrics, aaTrialOf, visibleIn } from './aa-record.ts'
import { inFolder, start } from './cli-rig.ts'

const FILE = fileURLToPath(new URL('../../test/data/aa.json', import.meta.url))
const BLOCKS = 72

const scenario = {
  name: 'aa',
  workload: 'echo',
  transports: [
    { use: 'ws', label: 'base' },
    { use: 'ws', label: 'head' },
  ],
  connections: 10,
  load: { rate: '500/s' },
  warmup: { time: '500ms', messages: 200 },
  duration: '1s',
  blocks: Number(process.argv[2] ?? BLOCKS),
}

await inFolder(async (folder) => {
  writeFileSync(join(folder, 'aa.yaml'), JSON.stringify(scenario))
  const { child, ended } = start(['run', 'aa.yaml', '--json', 'aa.json'], folder)
  child.stderr?.pipe(process.stderr)
  await ended
  const { trials, environment } = parseResult(readFileSync(join(folder, 'aa.json'), 'utf8'), 'aa.json')
  const blocks = pairingsOf(trials, 'base', 'head').flatMap(({ pairs }) =>
    pairs.flatMap(({ base, head }) => {
      const [one, other] = [aaTrialOf(base, figureOf), aaTrialOf(head, figureOf)]
      return one && other ? [[one, other] as const] : []
    }),
  )
  const { cpuModel, cores, node } = environment
  const metrics = Object.keys(aaMetrics) as Array<keyof typeof aaMetrics>
  const noisy = metrics.filter((metric) => !(visibleIn(blocks, metric) <= 0.1))
  if (noisy.length > 0) {
    console.error(
      `not kept: the machine was too noisy for 10 % to be seen in ${noisy.join(' and ')}; quieten it, or add blocks`,
    )
    process.exitCode = 1
    return
  }
  const unusable = scenario.blocks - blocks.length
  const record: AaRecord = {
    recordedAt: new Date().toISOString(),
    machine: { cpuModel, cores, node },
    scenario,
    unusable,
    blocks,
  }
  // A line a block.
  const lines = blocks.map((block) => `    ${JSON.stringify(block)}`).join(',\n')
  const head = JSON.stringify({ ...record, blocks: [] }, null, 2).replace(/\[\]\n\}$/, `[\n${lines}\n  ]\n}\n`)
  writeFileSync(FILE, head)
  console.log(`${blocks.length} blocks in ${FILE}, ${unusable} were unusable`)
})
