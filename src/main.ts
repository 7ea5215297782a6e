#!/usr/bin/env node
/** The table of contents of the commands, and the only place that sets an exit code. */
import { Command, CommanderError, Option } from 'commander'
import { ExitCode, messageOf, UserError } from './errors.ts'
import { fileReporters } from './reporters/index.ts'
import { describeTool } from './runner/environment.ts'

/** A flag for each format that results can be reported in. */
function addReportOptions(command: Command): void {
  for (const { name, summary } of fileReporters) command.option(`--${name} <file>`, `${summary}; - is standard output`)
}

const program = new Command('rtbench')
  .description('Runs one realtime workload over many transports, with paired servers, and accounts for every message.')
  .version(describeTool().version, '--version', 'show the version')
  .showHelpAfterError('(rtbench --help shows the commands and their flags)')
  .configureHelp({ sortSubcommands: false })
  .exitOverride()

const runCommand = program
  .command('run')
  .description('measure one or more scenarios')
  .argument('<scenario...>', 'scenario files')
  .option('--transports <names>', 'compare these transports instead, separated by commas')
  .option('--duration <time>', 'length of the measured part of a trial, e.g. 10s')
  .option('--warmup <time>', 'length of the part before it, e.g. 1s')
  .option('--rate <rate>', 'offered load over all connections, e.g. 2000/s')
  .option('--connections <count>', 'connections of a trial')
  .option('--blocks <count>', 'how often every subject is measured; auto: until the intervals are narrow enough')
  .option('--budget <time>', 'begin no further block that would not end within this time, e.g. 10m')
  .option('--min-effect <share>', 'of base and head: a smaller difference does not matter, e.g. 5 %')
  .option('--detect <share>', 'the slowdown to exclude before two are called the same, e.g. 10 %')
  .option('--session-allowance <share>', 'by so much separate runs of the same may differ, e.g. 25 %')
  .option('--fail-on-inconclusive', 'fail where a gated metric is not decided')
  .option('--seed <number>', 'of the random order and of poisson arrivals')
  .addOption(
    new Option('--set <path=value>', 'set any other parameter, e.g. payload=1KiB or slow.pause=1s; may be repeated')
      .default([])
      .argParser((value: string, all: string[]) => [...all, value]),
  )
  .addOption(
    new Option('--baseline <file>', 'hold the run against a stored result; may be repeated')
      .default([])
      .argParser((value: string, all: string[]) => [...all, value]),
  )
  .option('--force', 'compare with baselines of another machine or scenario, too; the result then says so')
  .option('--calibrate', 'first find out what this machine can tell apart: the first subject twice, in 8 blocks')
  .option('--calibration <file>', 'the same from a file that "rtbench doctor --json" wrote on this machine')
  .option('-o, --output <folder>', 'where the result file goes', 'results')
  .option('--json <file>', 'write the result there, too; - is standard output, instead of the table')
  .option('--quiet', 'no progress, no table: errors only')
  .option('--verbose', 'say what happens to every trial')
  .option('--no-progress', 'no progress on standard error')
  .option('--dry-run', 'check everything, say what would run, and stop')
  .addHelpText(
    'after',
    `
Examples:
  rtbench run scenarios/echo.yaml
  rtbench run scenarios/echo.yaml --transports ws,sse --rate 500/s --blocks 6
  rtbench run scenarios/echo.yaml --set payload=4KiB --set load.arrivals=poisson
  rtbench run scenarios/echo.yaml --json - | jq '.aggregates'
  rtbench run scenarios/echo.yaml --html echo.html --junit echo.xml`,
  )
  .action(async (files, flags) => {
    const { run } = await import('./commands/run.ts')
    process.exitCode = await run(files, flags)
  })

addReportOptions(runCommand)

const reportCommand = program
  .command('report')
  .description('make reports of stored results; those of the same scenario stand side by side')
  .argument('<result...>', 'result files, as run stores them')
  .option('--decision', 'one page for choosing: needs by transports; as text, or with --html or --markdown in a file')
  .addHelpText(
    'after',
    `
Examples:
  rtbench report results/echo-20261123T221530.123Z.json --html echo.html
  rtbench report results/*.json --html all.html --csv all.csv
  rtbench report results/*.json --decision
  rtbench report results/*.json --decision --html choose.html
  rtbench report results/gate.json --markdown - | gh pr comment --body-file -`,
  )
  .action(async (files, flags) => {
    const { report } = await import('./commands/report.ts')
    process.exitCode = report(files, flags)
  })

addReportOptions(reportCommand)

program
  .command('doctor')
  .description('say what this machine is fit for, and which differences it can tell apart')
  .argument('[scenario]', 'what to measure twice: its first subject under its load; an echo over raw TCP unless given')
  .option('--quick', 'about 20 s instead of a minute')
  .option('--blocks <count>', 'how often the same is measured twice, at least 6 (default: 10, with --quick 6)')
  .option('--transport <name>', 'measure this one twice')
  .option('-o, --output <folder>', 'store the calibration there')
  .option('--json <file>', 'write the calibration there; - is standard output, instead of the text')
  .option('--no-progress', 'no progress on standard error')
  .addHelpText(
    'after',
    `
Examples:
  rtbench doctor
  rtbench doctor --quick --transport ws
  rtbench doctor scenarios/echo.yaml --json machine.json
  rtbench run scenarios/echo.yaml --calibration machine.json`,
  )
  .action(async (scenario, flags) => {
    const { doctor } = await import('./commands/doctor.ts')
    process.exitCode = await doctor(scenario, flags)
  })

program
  .command('validate')
  .description('check scenario files without running them')
  .argument('<scenario...>', 'scenario files')
  .action(async (files) => {
    const { validate } = await import('./commands/validate.ts')
    const { catalog } = await import('./commands/catalog.ts')
    validate(files, catalog(), process.stdout)
  })

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
    `
Examples:
  rtbench compare results/ci-gate-20260102T030405.678Z.json
  rtbench compare results/echo.json --base tcp --head ws
  rtbench compare base.json head.json --session-allowance 20%
  rtbench compare monday.json tuesday.json wednesday.json thursday.json friday.json head.json

Exit codes: 0 head is not worse, 99 it is, 3 a run was invalid, 2 they cannot be compared.`,
  )
  .action(async (files, flags) => {
    const { compare } = await import('./commands/compare.ts')
    process.exitCode = await compare(files, flags)
  })

program
  .command('list')
  .description('show the transports with their traits, and the workloads with their parameters, loads and figures')
  .action(async () => {
    const { list } = await import('./commands/list.ts')
    const { allTransports, allWorkloads, viewOf } = await import('./commands/catalog.ts')
    list(await allTransports(), allWorkloads(), viewOf(process.stdout), process.stdout)
  })

program
  .command('schema')
  .description('print the JSON Schema of scenario files, for editors')
  .action(async () => {
    const { schema } = await import('./commands/schema.ts')
    const { catalog } = await import('./commands/catalog.ts')
    schema(catalog(), process.stdout)
  })

/** Progress is never worth a run: nobody may be reading it. */
process.stderr.on('error', () => {})
/** A reader that closes its end early (`| head`) is no error, a full disk behind the output is; in both the result is stored. */
let unprinted: NodeJS.ErrnoException | undefined
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') unprinted = error
})

try {
  await program.parseAsync()
} catch (thrown) {
  if (thrown instanceof UserError) {
    process.stderr.write(`rtbench: ${thrown.message}\n`)
    process.exitCode = thrown.exitCode
  } else if (thrown instanceof CommanderError) {
    // Commander has said it already; help and version are no errors.
    process.exitCode = thrown.exitCode === 0 ? ExitCode.passed : ExitCode.usage
  } else {
    process.stderr.write(`rtbench: internal error: ${thrown instanceof Error ? thrown.stack : messageOf(thrown)}\n`)
    process.exitCode = ExitCode.internal
  }
}

process.on('exit', () => {
  if (!unprinted) return
  process.stderr.write(`rtbench: standard output could not be written: ${unprinted.message}\n`)
  process.exitCode ||= ExitCode.invalidRun
})
