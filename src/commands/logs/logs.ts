import type { Context } from '../../context.ts';
import { readLog } from '../../events/read.ts';
import { LogTally } from '../../events/tally.ts';
import { logSources, refuseNoLog } from '../../input/log-files.ts';

/** The flags of `logs` as the command line gives them. */
export interface LogsFlags {
  output: string;
}

/** `logs`: an event a line. */
export async function logs(words: readonly string[], _flags: LogsFlags, { io }: Context): Promise<number> {
  refuseNoLog(words);
  const tally = new LogTally();
  for (const source of logSources(words, io.input))
    for await (const lines of readLog(source, (event) => Buffer.from(event.bytes()).toString(), tally))
      await io.stdout(`${lines.join('\n')}\n`);
  return 0;
}
