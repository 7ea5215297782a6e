import { Option } from 'commander'
import { type Declare, examples, repeatable } from './declaration.ts'

export const declareRun: Declare = (program, end) => {
  program
    .command('run')
    .description('measure one or more scenarios')
    .argument('<scenario...>', 'scenario files, or names of those that ship with rtbench')
    .optionsGroup('What is measured, over what the scenario says:')
    .option('--transports <transports>', 'compare these transports instead, separated by commas')
    .option('--duration <time>', 'length of the measured part of a trial, e.g. 10s')
    .option('--warmup <time>', 'length of the part before it, e.g. 1s')
    .option('--rate <rate>', 'offered load over all connections, e.g. 2000/s')
    .option('--connections <count>', 'connections of a trial')
    .option('--blocks <count>', 'how often every subject is measured; auto: until the intervals are narrow enough')
    .option('--budget <time>', 'begin no further block that would not end within this time, e.g. 10m')
    .option('--seed <number>', 'of the random order and of poisson arrivals')
    .addOption(repeatable('--set <path=value>', 'set any other parameter, e.g. payload=1KiB or slow.pause=1s'))
    .optionsGroup('What counts as a difference:')
    .option('--min-effect <share>', 'of base and head: a smaller difference does not matter, e.g. 5 %')
    .option('--detect <share>', 'the slowdown to exclude before two are called the same, e.g. 10 %')
    .option('--session-allowance <share>', 'by so much separate runs of the same may differ, e.g. 25 %')
    .option('--fail-on-inconclusive', 'fail where a gated metric is not decided')
    .addOption(repeatable('--baseline <result>', 'hold the run against a stored result'))
    .option('--force', 'compare with baselines of another machine or scenario, too; the result then says so')
    .addOption(
      new Option(
        '--calibrate',
        'first find out what this machine can tell apart: the first subject twice, in 8 blocks',
      ).conflicts('calibration'),
    )
    .option('--calibration <file>', 'the same from a file that "rtbench doctor --json" wrote on this machine')
    .optionsGroup('What comes out:')
    .option('-o, --output <folder>', 'where the result file goes', 'results')
    .option('--json <file>', 'write the result there, too; - is standard output, instead of the table')
    .addOption(new Option('--quiet', 'no progress, no table: errors only').conflicts('verbose'))
    .option('--verbose', 'say what happens to every trial')
    .option('--no-progress', 'no progress on standard error')
    .option('--dry-run', 'check everything, say what would run, and stop')
    .addHelpText(
      'after',
      examples([
        'rtbench run echo                                        # a scenario that ships with rtbench',
        'rtbench run my-echo.yaml --transports ws,sse --rate 500/s --blocks 6',
        'rtbench run echo --set payload=4KiB --set load.arrivals=poisson --dry-run',
        "rtbench run echo --json - | jq '.aggregates'",
        'rtbench run ci-gate --baseline base.json --session-allowance 20%',
      ]),
    )
    .action(async (files, flags) => {
      const { run } = await import('../commands/run.ts')
      end(await run(files, flags))
    })
}
