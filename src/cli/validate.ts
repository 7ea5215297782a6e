import { ExitCode } from '../errors.ts'
import { type Declare, examples } from './declaration.ts'

export const declareValidate: Declare = (program, end) => {
  program
    .command('validate')
    .description('check scenarios without running them')
    .argument('<scenario...>', 'scenario files, or names of those that ship with rtbench')
    .addHelpText('after', examples(['rtbench validate my-echo.yaml', 'rtbench validate *.yaml']))
    .action(async (scenarios) => {
      const { validate } = await import('../commands/validate.ts')
      const { catalog } = await import('../commands/catalog.ts')
      validate(scenarios, catalog(), process.stdout, process.stderr)
      end(ExitCode.passed)
    })
}
