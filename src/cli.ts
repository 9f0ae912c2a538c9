#!/usr/bin/env node
import { useCompileCache } from './cli/compile-cache.ts';
import { tuneForLogs } from './cli/tune.ts';

tuneForLogs(process.argv);
useCompileCache(process.env, process.argv);
process.once('beforeExit', unfinished);

/** Kept once the exit status is set. The rest is imported only here, so that the cache serves for it as well. */
export const done: Promise<void> = import('./cli/program.ts').then(async ({ main }) => {
  process.exitCode = await main(process.argv);
  process.off('beforeExit', unfinished);
  endAtOnce();
});

/** Where nothing is open any more Node would only wait for what V8 still makes faster, and take its memory apart. */
function endAtOnce(): void {
  if (process.getActiveResourcesInfo().length === 0) process.exit();
}

/** Nothing is left that could wake the program, and it waits for something: without this it would end with status 0. */
function unfinished(): void {
  process.stderr.write('error: kops-audit ended before it was done, which is a bug in it\n');
  process.exitCode = 70;
}
