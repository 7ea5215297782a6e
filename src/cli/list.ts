import { ExitCode } from '../errors.ts'
import { type Declare, examples } from './declaration.ts'

export const declareList: Declare = (program, end) => {
  program
    .command('list')
    .description('show transports with their traits, workloads with their parameters, and the scenarios that ship')
    .addHelpText('after', examples(['rtbench list', 'rtbench list | less']))
    .action(async () => {
      const { list } = await import('../commands/list.ts')
      const { allTransports, allWorkloads, viewOf } = await import('../commands/catalog.ts')
      const { shippedScenarios } = await import('../commands/shipped.ts')
      list(await allTransports(), allWorkloads(), shippedScenarios(), viewOf(process.stdout), process.stdout)
      end(ExitCode.passed)
    })
}
