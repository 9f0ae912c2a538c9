import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { readCount, readSet } from '../../flags/check.ts';
import { readTemplates } from '../../input/templates.ts';
import { UnknownParameter } from '../../policy/render/template.ts';
import type { PolicyAmount } from '../../replay/policy-tally.ts';
import type { Replay } from '../../replay/replay.ts';
import type { Replayed, ReplayResult } from '../../report/replay/result.ts';
import { plainStyle, safeJson, wrap } from '../../report/text.ts';
import type { Sink } from '../../ship/sinks.ts';
import { checkOut, refuseInputs, writeOut } from '../write-out.ts';
import type { ClusterFlags } from '../logs/cluster-flags.ts';
import { filesOf, type OpenedLog, type OpenFlags, openLog, sayWhatWasRead, statusOf } from '../logs/open.ts';
import { lineOfRule, type NamedPolicy } from './loaded-policy.ts';
import { VERSION } from '../../version.ts';
import { namedPolicy } from './named-policy.ts';
import { replayLog } from './replay-log.ts';

/** The flags of `policy replay` as the command line gives them. */
export interface ReplayFlags extends ClusterFlags {
  sample?: boolean;
  path?: string;
  strict?: boolean;
  quiet?: boolean;
  policy: string[];
  set: string[];
  kubernetesVersion?: string;
  price?: string;
  logMaxSize?: string;
  logMaxBackups?: string;
  recordedWith?: string;
  sink?: string;
  out?: string;
  output: 'text' | 'json' | 'html';
}

/** `policy replay`: what each policy would have kept of a log that was recorded. */
export async function policyReplay(words: readonly string[], flags: ReplayFlags, context: Context): Promise<number> {
  checkOut(flags, context);
  const asked = { ...priceOf(flags), ...roomOf(flags), ...(await sinkOf(flags)) };
  const named = await policiesOf(flags, context);
  const opened = await openLog(words, flags, context, 'policy replay');
  refuseInputs(flags, [...filesOf(opened), ...flags.policy, flags.recordedWith, flags.file]);
  const all = [...new Set([...named.policies, ...(named.recorder ? [named.recorder] : [])])];
  const limit = asked.sink?.maxEventBytes?.bytes ?? Infinity;
  const replay = await replayLog(
    opened,
    all.map(({ policy }) => policy),
    context,
    { limit },
  );
  const { recorder, policies } = named;
  const result: ReplayResult = {
    log: logOf(opened, replay),
    policies: amountsOf(policies, replay, flags.output === 'html' ? PAGE_TALKERS : MOST_TALKERS),
    timeline: replay.timeline(),
    ...recordedWith(recorder, replay.policies()[recorder ? all.indexOf(recorder) : -1]),
    ...asked,
  };
  await writeOut(await shown(result, flags, context), flags, context);
  const isCountTold = flags.output === 'text' && flags.out === undefined;
  sayWhatWasRead(opened, flags satisfies OpenFlags, context, isCountTold);
  if (result.log.events === 0) sayEmpty(context);
  return statusOf(opened, flags);
}

/** What is asked about a log. */
interface Named {
  policies: readonly NamedPolicy[];
  /** What recorded the log, as far as it was said; it may be one of the policies. */
  recorder?: NamedPolicy;
}

async function shown(result: ReplayResult, flags: ReplayFlags, { io, now }: Context): Promise<string> {
  const { output, out } = flags;
  if (output === 'json') return safeJson((await import('../../report/replay/json.ts')).replayJson(result));
  if (output === 'html')
    return (await import('../../report/replay/html.ts')).replayHtml(result, { made: now(), version: VERSION });
  if (result.log.events === 0) return '';
  const { replayText } = await import('../../report/replay/text.ts');
  const isForFile = out !== undefined;
  const isBeside = !isForFile && io.isTerminal.stdout && io.isTerminal.stderr;
  return replayText(isBeside ? { ...result, log: besideWarnings(result.log, flags) } : result, {
    style: isForFile ? plainStyle : io.stdoutStyle,
    columns: isForFile ? 120 : io.stdoutColumns,
  });
}

/** Lines that are no event are told on stderr, with their places; one that is only begun is not where little is to be said. */
function besideWarnings(log: ReplayResult['log'], { quiet }: ReplayFlags): ReplayResult['log'] {
  return {
    ...log,
    damaged: { cut: 0, nul: 0, corrupt: 0, foreign: 0, unfinished: quiet ? log.damaged.unfinished : 0 },
  };
}

function sayEmpty({ io }: Context): void {
  const text = 'There is no event in the log, so that nothing can be told of what a policy keeps.';
  io.stderr(`${io.style.yellow('warning:')} ${wrap(text, io.columns - 9)}\n`);
}

/** The one in force, and those of `--policy`; without `--policy` all templates. What is in force also recorded the log, if nobody says else. */
async function policiesOf(flags: ReplayFlags, context: Context): Promise<Named> {
  const { kubernetesVersion, recordedWith: recorded } = flags;
  const options = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const isOfCluster = flags.cluster !== undefined || flags.file !== undefined;
  const inForce = isOfCluster ? await (await import('./cluster-policy.ts')).policyOfCluster(flags, context) : undefined;
  const words = flags.policy.length === 0 ? Object.keys(readTemplates()) : flags.policy;
  const load = async (word: string, pairs: readonly string[]): Promise<NamedPolicy> => {
    const set = setFor(word, pairs, recorded === undefined ? words : [...words, recorded]);
    const found = await namedPolicy(word, { ...options, set }, context).catch((error: unknown) => {
      throw words.length > 1 && error instanceof UnknownParameter ? ofAll(error, words) : error;
    });
    // Named as it was typed: two specs of one cluster have their policies in the same place.
    return { ...found, name: word === '-' ? 'stdin' : word };
  };
  const named: NamedPolicy[] = [];
  for (const word of words) named.push(await load(word, flags.set));
  const own = flags.set.filter((pair) => pair.startsWith(`${recorded}:`));
  const recorder = recorded === undefined ? inForce : await load(recorded, own);
  return { policies: [...(inForce ? [inForce] : []), ...named], ...(recorder ? { recorder } : {}) };
}

/** Some other policy has that parameter, as a rule. */
function ofAll({ message, hint }: UserError, [word]: readonly string[]): UserError {
  return new UserError(message, {
    hint: `${hint ?? ''} --set KEY=VALUE is for all policies: for one write --set ${word}:KEY=VALUE.`,
  });
}

function recordedWith(
  recorder: NamedPolicy | undefined,
  amount: PolicyAmount | undefined,
): Pick<ReplayResult, 'recordedWith'> {
  return recorder && amount ? { recordedWith: { name: recorder.name, policy: recorder.policy, amount } } : {};
}

/** `kops:readsLevel=None` is for one of several; without a name it is for all. */
function setFor(word: string, pairs: readonly string[], words: readonly string[]): Record<string, string> {
  const own = (pair: string): string[] => {
    const name = words.find((each) => pair.startsWith(`${each}:`));
    if (name === undefined) return [pair];
    return name === word ? [pair.slice(name.length + 1)] : [];
  };
  return readSet(pairs.flatMap(own));
}

async function sinkOf({ sink }: ReplayFlags): Promise<{ sink?: Sink }> {
  return sink === undefined ? {} : { sink: (await import('../../ship/settings.ts')).wantedSink(sink) };
}

function priceOf({ price }: ReplayFlags): { price?: number } {
  if (price === undefined) return {};
  const [, amount] = /^(\d+(?:\.\d+)?)(?:\/GB)?$/.exec(price) ?? [];
  if (amount !== undefined) return { price: Number(amount) };
  throw new UserError(`--price ${price} is no price`, { hint: 'Write what a gigabyte costs: --price 0.50/GB.' });
}

const DEFAULT_SIZE = 100;
const DEFAULT_BACKUPS = 10;

/** What may lie on the disk: the file that is written, and those that were rotated away. */
function roomOf({ logMaxSize, logMaxBackups }: ReplayFlags): { room?: number } {
  if (logMaxSize === undefined && logMaxBackups === undefined) return {};
  const size = readCount('--log-max-size', logMaxSize, 'MiB') ?? DEFAULT_SIZE;
  const backups = readCount('--log-max-backups', logMaxBackups, 'files') ?? DEFAULT_BACKUPS;
  if (size > 0 && backups > 0) return { room: size * 1024 * 1024 * (backups + 1) };
  const flag = size === 0 ? '--log-max-size' : '--log-max-backups';
  throw new UserError(`${flag} 0 sets no limit to what the log on a node takes, so that nothing can be told of it`, {
    hint: `Give the number that there will be, or leave ${flag} out.`,
  });
}

/** What was read, once it was. */
export function logOf({ servers, tally }: OpenedLog, { log }: Pick<Replay, 'log'>): ReplayResult['log'] {
  const files = servers.reduce((sum, { sources }) => sum + sources.length, 0);
  const { from, to, damaged, merged, duplicates } = tally;
  return { files, ...log, from, to, damaged, merged, duplicates };
}

const MOST_TALKERS = 20;
/** A page can be searched. */
const PAGE_TALKERS = 200;

function amountsOf(policies: readonly NamedPolicy[], replay: Replay, most: number): Replayed[] {
  const amounts = replay.policies();
  return policies.flatMap((named, at) => {
    const { name, policy, text, firstLine = 1 } = named;
    const amount = amounts[at];
    const lineOf = (rule: number): number | undefined => lineOfRule(named, rule);
    return amount ? [{ name, policy, text, firstLine, lineOf, talkers: replay.talkers(at, most), ...amount }] : [];
  });
}
