import { ExitCode } from '../errors.ts'
import { type Declare, examples } from './declaration.ts'

export const declareSchema: Declare = (program, end) => {
  program
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .addHelpText(
      'after',
      `${examples(['rtbench schema > scenario.schema.json'])}

An editor with the YAML language server then completes and checks a scenario whose first line is:
  # yaml-language-server: $schema=./scenario.schema.json`,
    )
    .action(async () => {
      const { schema } = await import('../commands/schema.ts')
      const { catalog } = await import('../commands/catalog.ts')
      schema(catalog(), process.stdout)
      end(ExitCode.passed)
    })
}
