/** The process of a bare loop: `main.js <transport> <setup as JSON>`; its figures go to the parent. None of rtbench is in it. */
import { runBareLoop } from './loop.ts'
import { loadBareLoop } from './loops.ts'

process.on('disconnect', () => process.exit(0))
const [transport = '', setup = ''] = process.argv.slice(2)
const figures = await runBareLoop(await loadBareLoop(transport), JSON.parse(setup))
process.send?.(figures, () => process.exit(0))
