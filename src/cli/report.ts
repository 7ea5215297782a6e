import { type Declare, examples } from './declaration.ts'
import { addReportOptions } from './report-options.ts'

export const declareReport: Declare = (program, end) => {
  const command = program
    .command('report')
    .description('make reports of stored results; those of the same scenario stand side by side')
    .argument('<result...>', 'result files, as run stores them')
    .option('--decision', 'one page for choosing: needs by transports; as text, or with --html or --markdown in a file')
    .addHelpText(
      'after',
      examples([
        'rtbench report results/echo-20261123T221530.123Z.json --html echo.html',
        'rtbench report results/*.json --html all.html --csv all.csv',
        'rtbench report results/*.json --decision',
        'rtbench report results/*.json --decision --html choose.html',
        'rtbench report results/gate.json --markdown - | gh pr comment --body-file -',
      ]),
    )
    .action(async (files, flags) => {
      const { report } = await import('../commands/report.ts')
      end(await report(files, flags))
    })
  addReportOptions(command)
}
