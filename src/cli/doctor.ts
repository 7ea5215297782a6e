import { type Declare, examples } from './declaration.ts'

export const declareDoctor: Declare = (program, end) => {
  program
    .command('doctor')
    .description('say what this machine is fit for, and which differences it can tell apart')
    .argument(
      '[scenario]',
      'what to measure twice: its first subject under its load; an echo over raw TCP unless given',
    )
    .option('--quick', 'about 20 s instead of a minute')
    .option('--blocks <count>', 'how often the same is measured twice, at least 6 (default: 10, with --quick 6)')
    .option('--transport <transport>', 'measure this one twice')
    .option('-o, --output <folder>', 'store the calibration there')
    .option('--json <file>', 'write the calibration there; - is standard output, instead of the text')
    .option('--no-progress', 'no progress on standard error')
    .addHelpText(
      'after',
      examples([
        'rtbench doctor',
        'rtbench doctor --quick --transport ws',
        'rtbench doctor echo --json machine.json',
        'rtbench run echo --calibration machine.json',
      ]),
    )
    .action(async (scenario, flags) => {
      const { doctor } = await import('../commands/doctor.ts')
      end(await doctor(scenario, flags))
    })
}
