/** The process of a bare loop: `main.js <transport> <setup as JSON>`; its figures go to the parent. None of rtbench is in it. */
import { type Connect, runBareLoop } from './loop.ts'

const loops: Readonly<Record<string, () => Promise<{ connect: Connect }>>> = {
  grpc: () => import('./grpc.ts'),
  sse: () => import('./sse.ts'),
  tcp: () => import('./tcp.ts'),
  ws: () => import('./ws.ts'),
}

process.on('disconnect', () => process.exit(0))
const [transport = '', setup = ''] = process.argv.slice(2)
const load = loops[transport]
if (!load) throw new Error(`there is no bare loop for ${transport}`)
const { connect } = await load()
const figures = await runBareLoop(connect, JSON.parse(setup))
process.send?.(figures, () => process.exit(0))
