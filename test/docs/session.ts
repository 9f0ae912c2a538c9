import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, type Command, type Fence } from './markdown.ts';

/**
 * Commands that no session runs: they install or build the project itself. `.ci/run` runs `npm ci`, `npm test` and
 * `npm run demo` from a clean folder; `scripts/check-package.mjs` installs the archive.
 */
export const NOT_RUN: readonly string[] = [
  'npm ci && npm run demo',
  'npm ci && npm test',
  'npm ci && npm pack && npm install --global ./kops-audit-*.tgz',
];

/** Whether a block of a page is a session to be run. */
export function isSession({ language }: Fence, commands: readonly Command[]): boolean {
  return language === 'console' && !commands.every(({ text }) => NOT_RUN.includes(text));
}

/**
 * Makes the folder that the sessions of a page start from: the example spec, the files the page shows, `kops-audit` as a
 * program (the built one), and the package for `import 'kops-audit'`. Gives the folder to put on PATH.
 */
export async function makeDesk(folder: string, files: readonly Fence[]): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(join(folder, 'desk/node_modules'), { recursive: true });
  await mkdir(bin);
  await copyFile(join(ROOT, 'templates/examples/ha-cluster.yaml'), join(folder, 'desk/ha-cluster.yaml'));
  await symlink(ROOT, join(folder, 'desk/node_modules/kops-audit'));
  await writeFile(join(bin, 'kops-audit'), `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/dist/cli.cjs' "$@"\n`);
  await chmod(join(bin, 'kops-audit'), 0o755);
  for (const { fileName, text } of files) await writeFile(join(folder, 'desk', fileName!), text);
  return bin;
}

const END = '@@end of a command@@';

/**
 * One shell script of the commands of a session; what each printed is told apart by `printedBy`. stdout and stderr are one pipe:
 * of two, what was written first may be read last.
 */
export function scriptOf(commands: readonly Command[]): string {
  const each = commands.map(({ text }) => `${text}\n__status=$?; printf '\\n${END}\\n'; (exit $__status)`);
  return ['exec 2>&1', ...each].join('\n');
}

/** What each command of such a script printed. */
export function printedBy(output: string): string[] {
  return output.split(`\n${END}\n`).slice(0, -1);
}

const WORD = /^(?:([\w./:=,@%+-]+)|'([^']*)'|"([^"$`\\]*)")$/;

/** What follows `kops-audit` in a command that needs no shell, as a list of one; undefined for any other. */
export function plainArgs(command: string): [string[]] | undefined {
  const [program, ...words] = command.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  const args = words.flatMap(
    (word) =>
      WORD.exec(word)
        ?.slice(1)
        .find((text) => text !== undefined) ?? [],
  );
  return program === 'kops-audit' && args.length === words.length ? [args] : undefined;
}
