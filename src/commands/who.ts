import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import type { LoggedEvent } from '../events/event.ts';
import { happenedIn } from '../events/who/answer.ts';
import { type Asked, readAsked } from '../events/who/asked.ts';
import { collector } from '../events/who/collect.ts';
import { recordedBy } from '../events/who/recorded.ts';
import { safeJson, safeText, wrap } from '../report/text.ts';
import { answerJson } from '../report/who/json.ts';
import { type Answer, isFound } from '../report/who/parts.ts';
import { answerView } from '../report/who/view.ts';
import type { ClusterFlags } from './logs/cluster-flags.ts';
import { readSpan } from './logs/filter-flags.ts';
import { type OpenFlags, openLog, readMerged, sayWhatWasRead, statusOf } from './logs/open.ts';

/** The flags of `who` as the command line gives them. */
export interface WhoFlags extends OpenFlags, ClusterFlags {
  namespace?: string;
  since?: string;
  until?: string;
  recordedWith?: string;
  all?: boolean;
  reveal?: boolean;
  output: 'text' | 'json';
}

/** `who VERB TYPE/NAME [LOG…]`: who did it, what led to it, and by what right. Nobody is 1. */
export async function who(args: readonly string[], flags: WhoFlags, context: Context): Promise<number> {
  const { asked, words } = readWords(args, flags, context);
  const isInTime = timeTest(flags, context);
  const recorded = await recordingPolicy(asked, flags, context);
  const opened = await openLog(words, flags, context, ['who', ...args.slice(0, 2)].join(' ')).catch(
    (error: unknown) => {
      throw oneWord(error, args) ?? error;
    },
  );
  const found = collector(asked);
  let inTime = 0;
  const take = (event: LoggedEvent): LoggedEvent | undefined => {
    if (!isInTime(event)) return undefined;
    inTime += 1;
    return found.takes(event) ? event.keep() : undefined;
  };
  for await (const events of readMerged(opened, take)) for (const event of events) found.add(event);
  const collected = found.end();
  const isTimed = flags.since !== undefined || flags.until !== undefined;
  const happened = happenedIn(asked, collected);
  const answer = { asked, collected, happened, tally: opened.tally, recorded, inTime: isTimed ? inTime : null };
  await print(answer, opened.servers.length > 1, flags, context);
  sayWhatWasRead(opened, flags, context);
  const status = statusOf(opened, flags);
  return status === 0 && !isFound(answer) ? 1 : status;
}

function readWords(
  [word, target, ...words]: readonly string[],
  flags: WhoFlags,
  { io }: Context,
): { asked: Asked; words: string[] } {
  if (word === undefined || target === undefined)
    throw new UserError('the question is not whole', {
      hint: 'Say what was done to what: kops-audit who delete deployments/web -n prod audit.log',
    });
  if (flags.sample && words.length > 0)
    throw new UserError('--sample does not go with a log', { hint: 'Read the sample, or the log that is named.' });
  const warn = (text: string): void =>
    io.stderr(`${io.style.yellow('warning:')} ${wrap(safeText(text), io.columns - 9)}\n`);
  return { asked: readAsked(word, target, flags.namespace, warn), words };
}

/** kubectl takes a type and a name as two words; here the second is a log. */
function oneWord(error: unknown, [, target = '', name = '']: readonly string[]): UserError | undefined {
  if (!(error instanceof UserError) || error.hint !== undefined || `${target}${name}`.includes('/')) return undefined;
  const hint = `Type and name are one word: ${target}/${name}. What follows is the log.`;
  return new UserError(error.message, { hint, ...(error.place && { place: error.place }) });
}

function timeTest(flags: WhoFlags, { now }: Context): (event: LoggedEvent) => boolean {
  const [from, to] = readSpan(flags, { now: now(), zone: flags.utc ? 'utc' : 'local' });
  return ({ at }) => Number.isNaN(at) || (at >= from && at < to);
}

async function recordingPolicy(asked: Asked, flags: WhoFlags, context: Context): Promise<Answer['recorded']> {
  if (flags.recordedWith === undefined && flags.cluster === undefined && flags.file === undefined) return null;
  const named = await (await import('./logs/cluster.ts')).policyInForce(flags, context);
  return named === undefined ? null : { policy: named.name, requests: recordedBy(named.policy, asked) };
}

async function print(answer: Answer, hasServers: boolean, flags: WhoFlags, { io }: Context): Promise<void> {
  const isRevealed = flags.reveal ?? false;
  if (flags.output === 'json') return io.stdout(safeJson(answerJson(answer, isRevealed)));
  const view = {
    style: io.stdoutStyle,
    columns: io.columns,
    lineColumns: io.stdoutColumns,
    isUtc: flags.utc ?? false,
    hasServers,
    isAll: flags.all ?? false,
    isRevealed,
  };
  return io.stdout(answerView(answer, view));
}
