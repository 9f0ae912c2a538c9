import type { Context } from '../../context.ts';
import { eventFilter, type Test } from '../../events/filter.ts';
import type { Policy } from '../../policy/types.ts';
import { counted, safeText, wrap } from '../../report/text.ts';
import { count } from './count.ts';
import { readFilter } from './filter-flags.ts';
import type { LogsFlags } from './flags.ts';
import { type OpenedLog, openLog, sayWhatWasRead, statusOf } from './open.ts';
import { printJson, printRequests, type Shown } from './print.ts';

/** What stands before and behind `--`. */
interface LogsWords {
  words: readonly string[];
  request: readonly string[];
}

/** `logs`: what is in audit logs, a request a line. */
export async function logs({ words, request }: LogsWords, flags: LogsFlags, context: Context): Promise<number> {
  if (flags.check) return (await import('./check.ts')).check(words, request, flags, context);
  const wants = await wanted(flags, request, context);
  const object =
    flags.object === undefined ? undefined : (await import('./object.ts')).readObject(flags.object, flags.namespace);
  const opened = await openLog(words, flags, context, 'logs');
  const own = new Set<string>();
  const isWanted = withoutOwn(wants, opened, own);
  const isCounted = flags.count || flags.top !== undefined || flags.by !== undefined;
  if (isCounted) await count(opened, isWanted, flags, context);
  else if (object) await (await import('./object.ts')).showObject(opened, object, isWanted, flags, context);
  else if (flags.output === 'json') await printJson(opened, isWanted, flags, context);
  else sayHidden(await printRequests(opened, isWanted, flags, context), flags, context);
  sayOwn(own.size, flags, context);
  sayWhatWasRead(opened, flags, context);
  return context.interrupt.aborted ? INTERRUPTED : statusOf(opened, flags);
}

/** Reading a log on a node is recorded in it: that is left out, and counted. */
function withoutOwn(isWanted: Test, { isOurs }: OpenedLog, own: Set<string>): Test {
  if (!isOurs) return isWanted;
  return (event) => {
    if (!isWanted(event)) return false;
    if (!isOurs(event)) return true;
    own.add(event.auditID);
    return false;
  };
}

function sayOwn(count: number, { quiet }: LogsFlags, { io }: Context): void {
  if (quiet || count === 0) return;
  const text = `${counted(count, 'request')} of this command itself left out.`;
  io.stderr(`${io.style.dim(wrap(text, io.columns))}\n`);
}

/** Of a log that is followed that is the only end. */
const INTERRUPTED = 130;

async function wanted(flags: LogsFlags, request: readonly string[], context: Context): Promise<Test> {
  const policy = await namedBy(flags, context);
  const zone = flags.utc ? 'utc' : 'local';
  const { io } = context;
  const warn = (text: string): void =>
    io.stderr(`${io.style.yellow('warning:')} ${wrap(safeText(text), io.columns - 9)}\n`);
  return eventFilter(readFilter(flags, { now: context.now(), zone, request, policy, warn }));
}

/** What `--rule` is about: `--policy`, else the policy of the cluster. */
async function namedBy({ rule, policy, ...flags }: LogsFlags, context: Context): Promise<Policy | undefined> {
  if (rule.length === 0) return undefined;
  const { policyInForce } = await import('./cluster.ts');
  const found = await policyInForce({ ...flags, ...(policy === undefined ? {} : { recordedWith: policy }) }, context);
  return found?.policy;
}

/** Nothing is hidden without a word. */
function sayHidden({ hidden, shown }: Shown, { quiet }: LogsFlags, { io }: Context): void {
  if (quiet) return;
  const one = hidden === 1;
  const lines = [
    ...(shown === 0 ? ['Nothing matches.'] : []),
    ...(hidden === 0 ? [] : [`${counted(hidden, 'system request')} hidden; --all shows ${one ? 'it' : 'them'}.`]),
  ];
  for (const line of lines) io.stderr(`${io.style.dim(wrap(line, io.columns))}\n`);
}
