/** What a run costs beyond what it measures, through the real command line, and how soon `--help` is there. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import type { Result, Trial } from '../src/result.ts'
import { transportNames } from '../src/transports/index.ts'
import { median } from './median.ts'
import { passFail, table } from './table.ts'

const CLI = fileURLToPath(new URL('../src/main.js', import.meta.url))
const SCENARIO = fileURLToPath(new URL('../../scenarios/echo.yaml', import.meta.url))
const WARMUP_MS = 500
const DURATION_MS = 1000
const TRIAL_TARGET_MS = 1500
const HELP_TARGET_MS = 150

interface Flags {
  readonly transports: string[]
  readonly rounds: number
  readonly starts: number
}

interface Spent {
  readonly wallMs: number
  readonly connectMs: number
  readonly settleMs: number
  /** As the trial's record has it. */
  readonly trialMs: number
  /** Wall time of the command beyond warm-up, window, connecting and settling: the process, the trial, the disk. */
  readonly beyondMs: number
}

export const summary = 'Wall time of a run beyond what it measures, and of --help'

export function addFlags(command: Command): Command {
  return command
    .option('--transports <names>', 'separated by commas', (text) => text.split(','), ['tcp', 'ws', 'grpc', 'sse'])
    .option('--rounds <count>', 'runs of each transport', Number, 5)
    .option('--starts <count>', 'starts of --help', Number, 11)
}

export async function bench({ transports, rounds, starts }: Flags): Promise<boolean> {
  console.log(`${summary}.
One trial of scenarios/echo.yaml a run (warm-up ${WARMUP_MS} ms, measured ${DURATION_MS} ms); medians of ${rounds} runs. Beyond: wall time of the command less
warm-up, measured part, connecting and settling.
`)
  const known = transports.filter((transport) => transportNames.includes(transport))
  const runs = new Map<string, Spent[]>(known.map((transport) => [transport, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [transport, spent] of runs) spent.push(await runOne(transport))
  }
  let passed = true
  const rows = Array.from(runs, ([transport, spent]) => {
    const of = (pick: (one: Spent) => number) => median(spent.map(pick))
    const beyondMs = of((one) => one.beyondMs)
    const isPassed = beyondMs <= TRIAL_TARGET_MS
    passed &&= isPassed
    const figures = [of((one) => one.wallMs), of((one) => one.connectMs), of((one) => one.settleMs)]
    const columns = [...figures, of((one) => one.trialMs), beyondMs].map((ms) => `${ms.toFixed(0)} ms`)
    return [transport, ...columns, `<= ${TRIAL_TARGET_MS} ms`, passFail(isPassed)]
  })
  const head = ['one trial', 'wall', 'connect', 'settle', 'own overhead', 'beyond', 'target', '']
  console.log(`${table(head, rows)}\n`)
  return showStarts(starts) && passed
}

async function runOne(transport: string): Promise<Spent> {
  const folder = mkdtempSync(join(tmpdir(), 'rtbench-overhead-'))
  try {
    const args = ['run', SCENARIO, '--transports', transport, '--blocks', '1', '--quiet', '--json', '-', '-o', folder]
    const times = ['--warmup', `${WARMUP_MS}ms`, '--duration', `${DURATION_MS}ms`, '--set', 'warmup.messages=0']
    const startedMs = performance.now()
    const text = await outputOf([...args, ...times])
    const wallMs = performance.now() - startedMs
    const [trial] = (JSON.parse(text) as Result).trials as Trial[]
    if (!trial) throw new Error('the run has no trial')
    const connectMs = trial.phases.connectNs / 1e6
    const settleMs = trial.phases.settleNs / 1e6
    const beyondMs = wallMs - WARMUP_MS - DURATION_MS - connectMs - settleMs
    return { wallMs, connectMs, settleMs, trialMs: trial.phases.overheadNs / 1e6, beyondMs }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function outputOf(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (text === '') reject(new Error(`rtbench ended with ${code} and no result`))
      else resolve(text)
    })
  })
}

/** Alternates, so that both meet the same machine. */
function showStarts(starts: number): boolean {
  const contestants = { 'node -e 0': ['-e', '0'], 'rtbench --help': [CLI, '--help'] }
  const times: Record<string, number[]> = { 'node -e 0': [], 'rtbench --help': [] }
  for (let start = 0; start < starts; start++) {
    for (const [name, args] of Object.entries(contestants)) {
      const startedMs = performance.now()
      spawnSync(process.execPath, args, { stdio: 'ignore' })
      times[name]?.push(performance.now() - startedMs)
    }
  }
  const helpMs = median(times['rtbench --help'] ?? [])
  const isPassed = helpMs <= HELP_TARGET_MS
  const rows = Object.entries(times).map(([name, ms]) => {
    const range = `${Math.min(...ms).toFixed(0)} to ${Math.max(...ms).toFixed(0)} ms`
    const target = name === 'rtbench --help' ? [`<= ${HELP_TARGET_MS} ms`, passFail(isPassed)] : []
    return [name, `${median(ms).toFixed(0)} ms`, range, ...target]
  })
  console.log(table([`median of ${starts} starts`, 'wall', 'range', 'target', ''], rows))
  return isPassed
}
