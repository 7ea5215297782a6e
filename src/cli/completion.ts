import { ExitCode } from '../errors.ts'
import { type Declare, examples } from './declaration.ts'

export const declareCompletion: Declare = (program, end) => {
  program
    .command('completion')
    .description('print a script with which a shell completes commands, flags, transports and scenarios')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      `${examples([
        'rtbench completion bash',
        'rtbench completion zsh > ~/.zfunc/_rtbench',
        'rtbench completion fish > ~/.config/fish/completions/rtbench.fish',
      ])}

For every shell you start:
  bash, in ~/.bashrc:                    eval "$(rtbench completion bash)"
  zsh, in ~/.zshrc, behind compinit:     eval "$(rtbench completion zsh)"
  fish, in ~/.config/fish/config.fish:   rtbench completion fish | source`,
    )
    .action(async (shell) => {
      const { completion } = await import('../commands/completion.ts')
      process.stdout.write(completion(shell, program))
      end(ExitCode.passed)
    })
}
