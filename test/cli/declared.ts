import { Command } from 'commander';
import { COMMANDS } from '../../src/cli/commands.ts';
import { declareCommand } from '../../src/cli/declare.ts';

/** All commands as they are declared; what was started is only noted. */
export function declared(): { root: Command; started: string[] } {
  const started: string[] = [];
  const root = new Command('kops-audit').exitOverride().configureOutput({ writeErr: () => {} });
  const known = new Map([['', root]]);
  for (const row of COMMANDS) {
    const parent = known.get(row.name.split(' ').slice(0, -1).join(' ')) ?? root;
    known.set(
      row.name,
      declareCommand(parent, row, async () => void started.push(row.name)),
    );
  }
  return { root, started };
}
