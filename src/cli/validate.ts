import { ExitCode } from '../errors.ts'
import { type Declare, examples } from './declaration.ts'

export const declareValidate: Declare = (program, end) => {
  program
    .command('validate')
    .description('check scenario files without running them')
    .argument('<scenario...>', 'scenario files, or names of those that ship with rtbench')
    .addHelpText('after', examples(['rtbench validate my-echo.yaml', 'rtbench validate scenarios/*.yaml']))
    .action(async (files) => {
      const { validate } = await import('../commands/validate.ts')
      const { catalog } = await import('../commands/catalog.ts')
      validate(files, catalog(), process.stdout)
      end(ExitCode.passed)
    })
}
