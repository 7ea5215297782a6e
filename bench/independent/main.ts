/** The process of an independent client: `main.js <transport> <setup as JSON>`. None of rtbench is in it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Samples, type Setup } from './samples.ts'

process.on('disconnect', () => process.exit(0))
const [transport, text = ''] = process.argv.slice(2)
const setup = JSON.parse(text) as Setup
const { connect } = transport === 'ws' ? await import('./ws.ts') : await import('./tcp.ts')
const samples = new Samples()
const starts = await connect(setup, samples)
for (const start of starts) start()
await sleep(setup.warmupMs)
const fromMs = performance.now()
await sleep(setup.windowMs)
process.send?.(samples.between(fromMs, performance.now()), () => process.exit(0))
