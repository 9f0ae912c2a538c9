import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { readCount, readSet } from '../../flags/check.ts';
import { readTemplates } from '../../input/templates.ts';
import type { Replay } from '../../replay/replay.ts';
import { type Replayed, replayJson, type ReplayResult, replayText } from '../../report/replay.ts';
import { safeJson } from '../../report/text.ts';
import type { ClusterFlags } from '../logs/cluster-flags.ts';
import { type OpenedLog, type OpenFlags, openLog, sayWhatWasRead, statusOf } from '../logs/open.ts';
import type { NamedPolicy } from './loaded-policy.ts';
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
  output: 'text' | 'json';
}

/** `policy replay`: what each policy would have kept of a log that was recorded. */
export async function policyReplay(words: readonly string[], flags: ReplayFlags, context: Context): Promise<number> {
  const { io } = context;
  const money = { ...priceOf(flags), ...roomOf(flags) };
  const policies = await policiesOf(flags, context);
  const opened = await openLog(words, flags, context);
  const replay = await replayLog(
    opened,
    policies.map(({ policy }) => policy),
    context,
  );
  const result: ReplayResult = { log: logOf(opened, replay), policies: amountsOf(policies, replay), ...money };
  if (flags.output === 'json') await io.stdout(`${safeJson(replayJson(result))}\n`);
  else await io.stdout(replayText(result, { style: io.stdoutStyle, columns: io.stdoutColumns }));
  sayWhatWasRead(opened, flags satisfies OpenFlags, context);
  return statusOf(opened, flags);
}

/** The one in force, and those of `--policy`; without `--policy` all templates. */
async function policiesOf(flags: ReplayFlags, context: Context): Promise<NamedPolicy[]> {
  const { kubernetesVersion } = flags;
  const options = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const isOfCluster = flags.cluster !== undefined || flags.file !== undefined;
  const { policyOfCluster } = await import('./cluster-policy.ts');
  const inForce = isOfCluster ? [await policyOfCluster(flags, context)] : [];
  const words = flags.policy.length === 0 ? Object.keys(readTemplates()) : flags.policy;
  const named: NamedPolicy[] = [];
  for (const word of words)
    named.push(await namedPolicy(word, { ...options, set: setFor(word, flags.set, words) }, context));
  return [...inForce, ...named];
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
  throw new UserError('with 0 there is no limit to what the log takes, so that nothing can be told of it');
}

function logOf({ servers, tally }: OpenedLog, { log }: Replay): ReplayResult['log'] {
  const { unfinished: _, ...damaged } = tally.damaged;
  const unreadable = Object.values(damaged).reduce((sum, lines) => sum + lines, 0);
  const files = servers.reduce((sum, { sources }) => sum + sources.length, 0);
  return { files, ...log, from: tally.from, to: tally.to, unreadable };
}

const MOST_TALKERS = 20;

function amountsOf(policies: readonly NamedPolicy[], replay: Replay): Replayed[] {
  const amounts = replay.policies();
  return policies.flatMap(({ name, loaded, firstLine = 1 }, at) => {
    const amount = amounts[at];
    const lineOf = (rule: number): number | undefined => {
      const line = rule === 0 ? undefined : loaded.locate(['rules', rule - 1])?.start.line;
      return line === undefined ? undefined : line + firstLine - 1;
    };
    return amount ? [{ name, lineOf, talkers: replay.talkers(at, MOST_TALKERS), ...amount }] : [];
  });
}
