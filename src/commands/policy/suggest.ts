import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { giveRows, type RowTaker } from '../../events/read.ts';
import { readCount, readSet } from '../../flags/check.ts';
import { readPercent } from '../../flags/values.ts';
import { comparePolicies } from '../../policy/compare/compare.ts';
import { insertRules } from '../../policy/order/insert-rules.ts';
import { readStamp } from '../../policy/render/stamp.ts';
import { Replay } from '../../replay/replay.ts';
import type { Risk } from '../../replay/suggest/families.ts';
import { suggest, type Suggestions, type Wanted } from '../../replay/suggest/suggest.ts';
import { Traffic } from '../../replay/suggest/traffic.ts';
import { comparisonView } from '../../report/comparison.ts';
import { commentOf, suggestionsJson, type SuggestionsResult, suggestionsText } from '../../report/suggestions.ts';
import { safeJson, wrap } from '../../report/text.ts';
import type { ClusterFlags } from '../logs/cluster-flags.ts';
import { type OpenedLog, openLog, sayWhatWasRead, statusOf } from '../logs/open.ts';
import { lineOfRule, type NamedPolicy, placeName } from './loaded-policy.ts';
import { namedPolicy } from './named-policy.ts';
import { LOST_STAMP, refuseNoFile, writePolicy } from './order.ts';
import { logOf } from './replay.ts';
import { scanWithProgress } from './replay-log.ts';

/** The flags of `policy suggest` as the command line gives them. */
export interface SuggestFlags extends ClusterFlags {
  sample?: boolean;
  path?: string;
  strict?: boolean;
  quiet?: boolean;
  policy?: string;
  set: string[];
  kubernetesVersion?: string;
  minShare: string;
  maxRules: string;
  maxRisk: Risk;
  write?: boolean;
  output: 'text' | 'json' | 'yaml' | 'diff';
}

/** `policy suggest`: rules that cut noise out of what a policy keeps of a log. */
export async function policySuggest(words: readonly string[], flags: SuggestFlags, context: Context): Promise<number> {
  if (flags.write && flags.policy !== undefined) refuseNoFile(flags.policy);
  const wanted = wantedOf(flags);
  const named = await policyOf(flags, context);
  if (flags.write) await writePolicy(named, named.text); // refused before a log is read
  const opened = await openLog(words, flags, context, 'policy suggest');
  const traffic = new Traffic(named.policy);
  const replay = new Replay([named.policy]);
  await scanWithProgress(opened, bothOf(replay, traffic), context);
  const found = suggest(named.policy, traffic, wanted);
  const result = { ...found, ...aboutOf(named, opened, replay), ...wanted };
  if (flags.write) await write(named, found, flags, context);
  await show(result, named, flags, context);
  sayWhatWasRead(opened, flags, context);
  return statusOf(opened, flags);
}

function wantedOf({ minShare, maxRules, maxRisk }: SuggestFlags): Wanted {
  return {
    minShare: readPercent('--min-share', minShare),
    most: readCount('--max-rules', maxRules, 'rules') ?? 0,
    maxRisk,
  };
}

/** Each event is counted by both: what the log could not tell of the policy is known to the replay. */
function bothOf(replay: Replay, traffic: Traffic): RowTaker {
  const both = [replay, traffic];
  return {
    keepsNames: replay.keepsNames,
    add: (event) => both.forEach((each) => each.add(event)),
    addRow: (scanner, at, eventOf) => both.forEach((each) => each.addRow(scanner, at, eventOf)),
    addRows: (scanner, from, to, eventOf) => both.forEach((each) => giveRows(each, scanner, from, to, eventOf)),
    finish: () => replay.finish(),
    forget: () => both.forEach((each) => each.forget()),
  };
}

/** That of `--policy`, else the one in force. */
async function policyOf(flags: SuggestFlags, context: Context): Promise<NamedPolicy> {
  const { policy, kubernetesVersion } = flags;
  if (policy !== undefined) {
    const version = kubernetesVersion === undefined ? {} : { kubernetesVersion };
    return namedPolicy(policy, { ...version, set: readSet(flags.set) }, context);
  }
  if (flags.cluster !== undefined || flags.file !== undefined)
    return (await import('./cluster-policy.ts')).policyOfCluster(flags, context);
  throw new UserError('no policy is named', {
    hint: 'Give --policy NAME|FILE, or the cluster that has it: --cluster NAME or -f FILE.',
  });
}

function aboutOf(
  named: NamedPolicy,
  opened: OpenedLog,
  replay: Replay,
): Pick<SuggestionsResult, 'log' | 'timeline' | 'name' | 'before' | 'amount' | 'lineOf'> {
  const { underRecorded = 0, unseenBeginnings = 0 } = replay.policies()[0] ?? {};
  return {
    log: logOf(opened, replay),
    timeline: replay.timeline(),
    name: placeName(named),
    before: named.policy,
    amount: { underRecorded, unseenBeginnings },
    lineOf: (rule) => lineOfRule(named, rule),
  };
}

async function show(
  result: SuggestionsResult,
  named: NamedPolicy,
  flags: SuggestFlags,
  { io }: Context,
): Promise<void> {
  const style = io.stdoutStyle;
  if (flags.output === 'json') await io.stdout(safeJson(suggestionsJson(result)));
  if (flags.output === 'text') await io.stdout(suggestionsText(result, { style, columns: io.stdoutColumns }));
  if (flags.output === 'yaml') await io.stdout(textWith(named, result, flags));
  if (flags.output === 'diff') await io.stdout(diffText(result, named, { style, columns: io.columns }));
}

function textWith(
  { text, file }: NamedPolicy,
  { list, policy }: Suggestions,
  { kubernetesVersion }: SuggestFlags,
): string {
  const added = list.map((each) => ({ ...each, comment: commentOf(each) }));
  const version = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  return insertRules(text, added, policy, { ...version, ...(file === undefined ? {} : { file }) });
}

function diffText(
  { policy, list }: Suggestions,
  named: NamedPolicy,
  look: Parameters<typeof comparisonView>[1],
): string {
  const comparison = comparePolicies(named.policy, policy);
  const after = `with ${list.length} ${list.length === 1 ? 'rule' : 'rules'} more`;
  return comparisonView({ comparison, before: placeName(named), after, policies: [named.policy, policy] }, look);
}

async function write(named: NamedPolicy, found: Suggestions, flags: SuggestFlags, { io }: Context): Promise<void> {
  await writePolicy(named, textWith(named, found, flags));
  const say = (line: string): void => io.stderr(`${wrap(line, io.columns)}\n`);
  const count = found.list.length;
  if (count === 0) return say(`${placeName(named)} stays as it is.`);
  say(`${placeName(named)} has ${count} ${count === 1 ? 'rule' : 'rules'} more.`);
  if (readStamp(named.text)) say(LOST_STAMP);
}
