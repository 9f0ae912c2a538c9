import type { Command } from 'commander';
import type { Run } from './run.ts';

/** Declares `demo`. */
export function demoCommand(root: Command, run: Run): void {
  root
    .command('demo')
    .summary('enable on a built-in example, without a cluster')
    .description('Runs enable on a built-in cluster spec, in a temporary folder: no cluster and no kops needed.')
    .option('--no-color', 'no colour')
    .addHelpText('after', '\nExamples:\n  kops-audit demo')
    .action(async () => {
      const { demo } = await import('../commands/demo.ts');
      await run(demo);
    });
}
