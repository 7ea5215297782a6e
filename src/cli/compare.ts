import { type Declare, examples } from './declaration.ts'

export const declareCompare: Declare = (program, end) => {
  program
    .command('compare')
    .description(
      'base against head: two subjects of one result, or results of separate runs, the last of which is judged',
    )
    .argument('<result...>', 'result files: one, or one or more baselines and then the head')
    .option('--base <label>', 'the subject that is the measure')
    .option('--head <label>', 'the subject that is judged by it')
    .option('--gate <metrics>', 'what can fail it, separated by commas, e.g. service.p50,cpu.serverPerMessageNs')
    .option('--min-effect <share>', 'a smaller difference does not matter, e.g. 5 %')
    .option('--detect <share>', 'the slowdown to exclude before two are called the same, e.g. 10 %')
    .option('--session-allowance <share>', 'by so much separate runs of the same may differ, e.g. 25 %')
    .option('--fail-on-inconclusive', 'fail where a gated metric is not decided')
    .option(
      '--json <file>',
      "write the head's result with the comparison in it; - is standard output, instead of the table",
    )
    .option('--force', 'compare unlike machines and scenarios, too; the output then says so')
    .addHelpText(
      'after',
      `${examples([
        'rtbench compare results/ci-gate-20260102T030405.678Z.json',
        'rtbench compare results/echo.json --base tcp --head ws',
        'rtbench compare base.json head.json --session-allowance 20%',
        'rtbench compare monday.json tuesday.json wednesday.json thursday.json friday.json head.json',
      ])}

Exit codes: 0 head is not worse, 99 it is, 3 a run was invalid, 2 they cannot be compared.`,
    )
    .action(async (files, flags) => {
      const { compare } = await import('../commands/compare.ts')
      end(await compare(files, flags))
    })
}
