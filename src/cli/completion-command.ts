import { Argument, type Command } from 'commander';
import type { Shell } from '../completion/words.ts';
import type { Run } from './run.ts';

const EXAMPLES = `
Examples:
  source <(kops-audit completion bash)     in ~/.bashrc
  source <(kops-audit completion zsh)      in ~/.zshrc, after compinit
  kops-audit completion fish > ~/.config/fish/completions/kops-audit.fish

Names of clusters are asked from kops, and kept for a minute.

Exit status: 0; 2 for another shell.`;

/** Declares `completion`, and `__complete`, which its scripts call. */
export function completionCommand(root: Command, run: Run): void {
  root
    .command('completion')
    .summary('make the shell complete commands, flags and clusters')
    .description('Prints a script that makes a shell complete commands, flags, clusters and policies.')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: Shell) => {
      const { completion } = await import('../completion/completion.ts');
      await run((context) => completion(shell, root, context));
    });
  root
    .command('__complete', { hidden: true })
    .description('What the scripts of completion ask for: clusters.')
    .argument('[what]')
    .option('--state [url]')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (what: string | undefined, { state }: { state?: string | true }) => {
      if (what !== 'clusters') return;
      const { completeClusters } = await import('../completion/clusters.ts');
      await run((context) => completeClusters(state === true ? undefined : state, context));
    });
}
