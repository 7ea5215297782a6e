import { ExitCode } from '../errors.ts'
import { type Declare, examples } from './declaration.ts'

export const declareInit: Declare = (program, end) => {
  program
    .command('init')
    .description('write a commented scenario to begin with, after a few questions')
    .argument('[file]', 'where to; named after the workload unless given')
    .option('--workload <workload>', 'not to be asked for it; echo where nobody can be asked')
    .option('--transports <transports>', 'the same, separated by commas')
    .option('--load <load>', 'the same, e.g. 500/s, inFlight=4 or saturate')
    .option('--connections <count>', 'the same')
    .option('-y, --yes', 'ask nothing: what is not given by flags is as usual')
    .option('--force', 'overwrite the file if it is there')
    .addHelpText(
      'after',
      examples([
        'rtbench init',
        'rtbench init feed.yaml --workload fan-out --yes',
        'rtbench init --workload echo --transports ws,sse --load 500/s --connections 20 --yes',
      ]),
    )
    .action(async (file, { yes, ...flags }) => {
      const { init } = await import('../commands/init.ts')
      const { askAt } = await import('../commands/init-questions.ts')
      const someone = !yes && process.stdin.isTTY && process.stdout.isTTY
      const questions = someone ? askAt(process.stdin, process.stdout) : undefined
      try {
        process.stdout.write(await init(file, flags, questions))
      } finally {
        questions?.close()
      }
      end(ExitCode.passed)
    })
}
