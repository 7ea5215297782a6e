import { type Declare, examples } from './declaration.ts'

export const declareReport: Declare = (program, end) => {
  program
    .command('report')
    .description('make reports of stored results; those of the same scenario stand side by side')
    .argument('<result...>', 'result files, as run stores them')
    .option('--html <file>', 'a report with charts, in one file that needs nothing else; - is standard output')
    .addHelpText(
      'after',
      examples([
        'rtbench report results/echo-20261123T221530.123Z.json --html echo.html',
        'rtbench report results/*.json --html all.html',
      ]),
    )
    .action(async (files, flags) => {
      const { report } = await import('../commands/report.ts')
      end(report(files, flags))
    })
}
