/** A bare loop that is never started: `bare.js <transport> <setup as JSON>`; the weight goes to the parent. */
import { loadBareLoop } from '../bare/loops.ts'
import { type HoldSetup, weigh } from './weight.ts'

process.on('disconnect', () => process.exit(0))
const [transport = '', text = ''] = process.argv.slice(2)
const setup: HoldSetup = JSON.parse(text)
const connect = await loadBareLoop(transport)
const loop = { address: setup.address, inFlight: 1, payloadBytes: 64, coalesce: true, warmupMs: 0, windowMs: 0 }
const tally = { replies: 0 }
const weight = await weigh((connections) => connect({ ...loop, connections }, tally), setup)
process.send?.(weight, () => process.exit(0))
