import type { Calibration, Trial } from '../src/result.ts'
import { trialOf } from './result-fixture.ts'

type Noise = Calibration['noise'][number]

export function noiseRow(metric: string, changes: Partial<Noise> = {}): Noise {
  return {
    metric,
    unit: 'ns',
    gated: true,
    withinBlock: 0.03,
    betweenBlocks: 0.08,
    visible: [
      { blocks: 8, share: 0.062 },
      { blocks: 40, share: 0.027 },
    ],
    blocksNeeded: 14,
    verdict: 'inconclusive',
    ...changes,
  }
}

export function calibrationOf(changes: Partial<Calibration> = {}): Calibration {
  return {
    measuredAt: '2026-01-02T03:04:05.678Z',
    environment: {
      node: '20.20.2',
      v8: '11.3',
      os: 'Linux',
      kernel: '6.1',
      cpuModel: 'A CPU',
      cores: 8,
      memoryBytes: 16 * 2 ** 30,
      fdLimit: 1024,
      ci: false,
      packages: {},
    },
    checks: [
      { name: 'cores', state: 'good', found: '8', remedy: null },
      { name: 'steal', state: 'doubtful', found: '5.0 % taken by the hypervisor', remedy: 'use another machine' },
      { name: 'frequency', state: 'unknown', found: 'cannot be told: no cpufreq', remedy: null },
    ],
    floors: [{ name: 'raw TCP echo', metric: 'latency.p50', unit: 'ns', median: 26_500, range: [25_000, 29_000] }],
    subject: 'echo over tcp, open loop at 2000/s, 10 connections, 128 B text, 1 s a trial',
    minEffect: 0.05,
    blocks: 10,
    doubts: [],
    noise: [
      noiseRow('service.p50'),
      noiseRow('cpu.serverPerMessageNs', { blocksNeeded: 9 }),
      noiseRow('latency.p99', { gated: false, withinBlock: 1.7, blocksNeeded: null }),
    ],
    ...changes,
  }
}

/** Blocks of the same under two labels. @param p50 of a trial, by its block and place in it, ns */
export function twiceIn(blocks: number, p50: (block: number, order: number) => number): Trial[] {
  return Array.from({ length: blocks }, (_, block) =>
    ['base', 'head'].map((subject, order) => trialOf({ subject, block, p50: p50(block, order) })),
  ).flat()
}
