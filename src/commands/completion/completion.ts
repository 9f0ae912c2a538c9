import type { Context } from '../context.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import type { CommandWords, Shell } from './types.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CommandWords[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `completion`: prints the script that makes a shell complete these commands. */
export async function completion(shell: Shell, commands: readonly CommandWords[], { io }: Context): Promise<number> {
  await io.stdout(SCRIPTS[shell](commands));
  return 0;
}
