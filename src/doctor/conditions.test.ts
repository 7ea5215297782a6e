/** Judgements on machines that are invented file by file. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { monotonicClock } from '../clock.ts'
import { condition, type Finding } from './condition.ts'
import { otherLoad, steal, watchContention } from './contention.ts'
import type { Machine } from './machine.ts'
import { pingPong } from './ping-pong.ts'
import { battery, cores, frequency, quota, virtualization } from './processor.ts'
import { descriptors, memoryRoom, ports } from './room.ts'
import { clockCondition, loopback, readClock, timers } from './timing.ts'

const GIB = 2 ** 30

function machine(files: Readonly<Record<string, string>> = {}, changes: Partial<Machine> = {}): Machine {
  return {
    cores: 8,
    installedCores: 8,
    memoryBytes: 16 * GIB,
    text(path) {
      const text = files[path]
      if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`)
      return text
    },
    names(folder) {
      const below = Object.keys(files).filter((path) => path.startsWith(`${folder}/`))
      if (below.length === 0) throw new Error(`ENOENT: no such file or directory, scandir '${folder}'`)
      return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))]
    },
    ...changes,
  }
}

/** What is not good has a remedy, unless nothing is known; what is found is always said. */
function judged({ state, found, remedy }: Finding, expected: string, says?: RegExp): void {
  assert.equal(state, expected, found)
  assert.equal(remedy !== null, state === 'doubtful' || state === 'bad', `${state}: ${remedy}`)
  assert.notEqual(found, '')
  if (says) assert.match(found, says)
}

test('cores: one is none to measure with, a few are doubtful, and what is kept from this process is said', () => {
  judged(cores(machine({}, { cores: 1, installedCores: 1 })), 'bad')
  judged(cores(machine({}, { cores: 2, installedCores: 64 })), 'doubtful', /2 of 64/)
  judged(cores(machine()), 'good', /^8$/)
})

test('frequency: the governor decides; where there is none, nothing is known', () => {
  const folder = '/sys/devices/system/cpu/cpu0/cpufreq'
  const governed = (governor: string) =>
    machine({
      [`${folder}/scaling_governor`]: `${governor}\n`,
      [`${folder}/scaling_cur_freq`]: '1200000\n',
      [`${folder}/cpuinfo_max_freq`]: '3600000\n',
    })
  judged(frequency(governed('performance')), 'good', /1\.20 of 3\.60 GHz/)
  judged(frequency(governed('powersave')), 'doubtful', /powersave/)
  judged(frequency(machine()), 'unknown')
})

test('CPU limit: of the own control group or of one above it, in both kinds of hierarchy', () => {
  const group = (own: string, files: Readonly<Record<string, string>>) =>
    quota(machine({ '/proc/self/cgroup': `${own}\n`, ...files }))
  judged(group('0::/a/b', { '/sys/fs/cgroup/a/b/cpu.max': 'max 100000\n' }), 'good', /no limit/)
  judged(group('0::/', {}), 'good', /no limit/)
  const above = { '/sys/fs/cgroup/a/b/cpu.max': 'max 100000\n', '/sys/fs/cgroup/a/cpu.max': '250000 100000\n' }
  judged(group('0::/a/b', above), 'doubtful', /2\.50 cores/)
  judged(group('0::/', { '/sys/fs/cgroup/cpu.max': '50000 100000\n' }), 'bad', /0\.50 cores/)
  judged(group('0::/', { '/sys/fs/cgroup/cpu.max': '900000 100000\n' }), 'good', /9\.00 cores/)
  judged(group('4:cpu,cpuacct:/a', { '/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '-1\n' }), 'good', /no limit/)
  judged(group('4:cpu,cpuacct:/a', { '/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '150000\n' }), 'bad', /1\.50 cores/)
  assert.throws(() => group('0::/a/b', {}), /cpu\.max/)
})

test('virtualization and battery', () => {
  const guest = { '/proc/cpuinfo': 'flags\t\t: fpu hypervisor sse\n' }
  judged(virtualization(machine(guest)), 'doubtful', /virtual machine/)
  judged(virtualization(machine({ '/proc/cpuinfo': 'flags\t\t: fpu sse\n' })), 'good', /none/)
  judged(virtualization(machine({ '/proc/cpuinfo': 'flags : fpu\n', '/.dockerenv': '' })), 'good', /container/)
  judged(virtualization(machine({ ...guest, '/.dockerenv': '' })), 'doubtful', /container in a virtual machine/)

  const supply = (status: string) =>
    machine({
      '/sys/class/power_supply/BAT0/type': 'Battery\n',
      '/sys/class/power_supply/BAT0/status': `${status}\n`,
      '/sys/class/power_supply/BAT0/capacity': '40\n',
      '/sys/class/power_supply/AC/type': 'Mains\n',
    })
  judged(battery(supply('Discharging')), 'doubtful', /40 %/)
  judged(battery(supply('Charging')), 'good')
  judged(battery(machine({ '/sys/class/power_supply/AC/type': 'Mains\n' })), 'good', /none/)
})

test('contention: shares of all time, without what this process used itself', async () => {
  const texts = ['cpu  1000 0 500 8000 100 0 50 350 0 0\ncpu0 …\n', 'cpu  1060 0 520 8090 110 0 50 370 0 0\ncpu0 …\n']
  const swaps = ['pswpin 10\npswpout 5\n', 'pswpin 12\npswpout 5\n']
  const read = { '/proc/stat': texts, '/proc/vmstat': swaps }
  const told = machine({}, { text: (path) => read[path as keyof typeof read]?.shift() ?? '' })
  const { stolen, others, swapped } = await watchContention(told)
  // 60 + 20 busy, 90 + 10 idle, 20 stolen.
  assert.equal(stolen, 0.1)
  assert.ok(others > 0 && others <= 0.4, `${others}: what this process used is taken off`)
  assert.equal(swapped, 2)
  const of = (changes: object) => ({ stolen: 0, others: 0, swapped: 0, ...changes })
  judged(steal(of({})), 'good')
  judged(steal(of({ stolen: 0.05 })), 'doubtful', /5\.0 %/)
  judged(steal(of({ stolen: 0.3 })), 'bad', /30 %/)
  judged(otherLoad(of({ others: 0.01 })), 'good')
  judged(otherLoad(of({ others: 0.2 })), 'doubtful')
  judged(otherLoad(of({ others: 0.9 })), 'bad', /90 %/)
})

test('descriptors and ports: by what is left', () => {
  const limited = (hard: string) =>
    machine({ '/proc/self/limits': `Max open files            1024                 ${hard}              files\n` })
  judged(descriptors(limited('1048576')), 'good')
  judged(descriptors(limited('unlimited')), 'good')
  judged(descriptors(limited('1024')), 'doubtful', /1024/)
  judged(descriptors(limited('256')), 'bad')
  assert.throws(() => descriptors(machine({ '/proc/self/limits': '' })), /does not tell/)

  const ranged = (range: string, waiting: number) =>
    machine({
      '/proc/sys/net/ipv4/ip_local_port_range': `${range}\n`,
      '/proc/net/sockstat': `sockets: used 9\nTCP: inuse 7 orphan 0 tw ${waiting} alloc 9 mem 1\n`,
    })
  judged(ports(ranged('32768\t60999', 0)), 'good', /32768 to 60999/)
  judged(ports(ranged('32768\t60999', 20_000)), 'doubtful', /20007 sockets in use/)
  judged(ports(ranged('40000 40100', 0)), 'bad')
})

test('memory: what is available, or allowed; swapping is doubtful', () => {
  const told = (availableKiB: number, more: Readonly<Record<string, string>> = {}) =>
    machine({
      '/proc/meminfo': `MemTotal: 16777216 kB\nMemAvailable: ${availableKiB} kB\nSwapTotal: 2048 kB\nSwapFree: 1024 kB\n`,
      ...more,
    })
  judged(memoryRoom(told(8 * 2 ** 20), 0), 'good', /8\.0 GiB of 16\.0 GiB.*1 MiB in swap/)
  judged(memoryRoom(told(8 * 2 ** 20), 3), 'doubtful', /3 pages/)
  judged(memoryRoom(told(2 ** 19), 0), 'doubtful')
  judged(memoryRoom(told(2 ** 16), 0), 'bad')
  const group = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': `${128 * 2 ** 20}\n` }
  judged(memoryRoom(told(8 * 2 ** 20, group), 0), 'bad', /limited to 128 MiB/)
  const none = {
    '/proc/self/cgroup': '7:memory:/\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
  }
  judged(memoryRoom(told(8 * 2 ** 20, none), 0), 'good')
})

test('clock: its steps, its source, and that it never goes back', () => {
  const source = '/sys/devices/system/clocksource/clocksource0/current_clocksource'
  const readings = { stepNs: 40, eachNs: 60, stepsBack: 0 }
  judged(clockCondition(machine({ [source]: 'tsc\n' }), readings), 'good', /^tsc/)
  judged(clockCondition(machine({ [source]: 'hpet\n' }), readings), 'doubtful', /^hpet/)
  judged(clockCondition(machine(), readings), 'good', /not told/)
  judged(clockCondition(machine(), { ...readings, stepNs: 1e6 }), 'bad')
  judged(clockCondition(machine(), { ...readings, stepsBack: 2 }), 'bad', /2 times/)

  const told = [100, 100, 150, 140, 400]
  const back = readClock({ nowNs: () => told.shift() ?? 400 }, 4)
  assert.deepEqual(back, { stepNs: 50, eachNs: 75, stepsBack: 1 })
})

test('timers and loopback: by how late and how slow', () => {
  const plain = { p50: 60e3, p99: 1e6 }
  judged(timers(plain, { p50: 1e3, p99: 80e3 }), 'good', /80 µs/)
  judged(timers(plain, { p50: 1e3, p99: 4e6 }), 'doubtful')
  judged(timers(plain, { p50: 1e3, p99: 50e6 }), 'bad')
  judged(loopback({ p50: 20e3, p99: 100e3 }), 'good')
  judged(loopback({ p50: 20e3, p99: 30e6 }), 'doubtful')
})

test('loopback answers, and an abort ends it', async () => {
  const clock = monotonicClock(process.hrtime.bigint())
  const { p50, p99 } = await pingPong(clock, new AbortController().signal)
  assert.ok(p50 > 0 && p99 >= p50)
  await assert.rejects(pingPong(clock, AbortSignal.abort(new Error('enough'))), /enough/)
})

test('what cannot be read is unknown, with the reason', async () => {
  const { name, state, found, remedy } = await condition('steal', () => {
    throw new Error("ENOENT: no such file or directory, open '/proc/stat'")
  })
  assert.deepEqual([name, state, remedy], ['steal', 'unknown', null])
  assert.match(found, /\/proc\/stat/)
})
