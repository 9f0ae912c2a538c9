import { planDisable, type DisableOptions } from '../cluster/disable.ts';
import { readFacts, type ClusterWorld } from '../cluster/facts.ts';
import type { EnableOptions } from '../cluster/options.ts';
import { type EnableRequest, planEnable, type Plan } from '../cluster/plan.ts';
import { specChange, type SpecChange } from '../cluster/spec-change.ts';
import { planUndo } from '../cluster/undo.ts';
import type { Finding } from '../lint/rule.ts';
import { judge, type Judgement } from '../lint/judge.ts';
import { lintCluster } from '../lint/lint-cluster.ts';
import { findingKey } from '../lint/engine.ts';
import { VERSION } from '../version.ts';
import type { JournalEntry } from './journal/entry.ts';
import { minuteText, shortId } from './journal/ids.ts';
import { isAllThatIsPending, isUpdateLeft, madeChange } from './recorded.ts';
import { forcedNotes } from './conflicts.ts';
import type { Reading } from './change.ts';

/** A change that is worked out and judged, and not yet made. */
export interface PreparedChange<P extends SpecChange = SpecChange> {
  plan: P;
  /** Findings that stop it. */
  blocking: Finding[];
  /** Findings to show. */
  others: Finding[];
}

/**
 * Plans `enable` and judges the spec it would leave.
 *
 * @param templates the sources of the built-in policies by name.
 * @param allow the ids of rules that shall not stop it.
 * @param ready what the build made of the templates beforehand.
 * @throws SpecError or UserError where no plan can be made.
 */
export function prepareEnable(
  world: ClusterWorld,
  options: EnableOptions,
  templates: Readonly<Record<string, string>>,
  allow: readonly string[],
  ready?: EnableRequest['ready'],
): PreparedChange<Plan> {
  const known = ready ? { templates, ready } : { templates };
  return judged(planEnable(world, { ...options, ...known, toolVersion: VERSION }), allow);
}

/**
 * Plans `disable`. Only what newly would keep the API server from starting is told of the spec it leaves.
 *
 * @throws SpecError where no plan can be made.
 */
export function prepareDisable(
  reading: Reading,
  options: DisableOptions,
  allow: readonly string[],
): PreparedChange<SpecChange> {
  return judgedLeniently(planDisable(reading, options), allow);
}

/**
 * Plans `rollback`: takes recorded changes back.
 *
 * @param entries newest first.
 * @param options `force`: the keys that are taken back although they were changed since; `notes`: what else is to be said.
 * @throws UserError where somebody changed the same values since, with both values; for a forced key that is none of them.
 */
export function prepareRollback(
  reading: Reading,
  entries: readonly JournalEntry[],
  { allow, force, notes }: { allow: readonly string[]; force: readonly string[]; notes: readonly string[] },
): PreparedChange<SpecChange> {
  const undo = planUndo(reading, entries.map(madeChange));
  const forced = forcedNotes(reading.cluster.metadata.name, undo, force, entries);
  const undoes = entries.map(({ id }) => id);
  const told = [...notes, ...takenNotes(entries), ...forced];
  return judgedLeniently({ ...undo.change, undoes, ...pendingOf(entries, reading), notes: told }, allow);
}

function pendingOf([newest]: readonly JournalEntry[], reading: Reading): Pick<SpecChange, 'undoesPending'> {
  if (newest === undefined || newest.subject.type === 'file' || !isUpdateLeft(newest)) return {};
  return { undoesPending: isAllThatIsPending(newest, reading) ? 'all' : 'part' };
}

const MOST_NAMED = 8;

/** Which changes are taken back: so many by name, as they stand above the question. */
function takenNotes(entries: readonly JournalEntry[]): string[] {
  const [newest, ...others] = entries;
  if (newest === undefined) return [];
  const named = ({ command, id }: JournalEntry): string => `${command} ${shortId(id)}`;
  if (others.length === 0)
    return [`Takes back: ${named(newest)} of ${minuteText(new Date(newest.time))} by ${newest.user}.`];
  const more = entries.length > MOST_NAMED ? `, … and ${entries.length - MOST_NAMED} more` : '';
  return [`Takes back ${entries.length} changes: ${entries.slice(0, MOST_NAMED).map(named).join(', ')}${more}.`];
}

/**
 * Plans to go on with a rollback that stored its spec and whose update is still to come: the spec stays as it is.
 */
export function prepareResumedRollback(reading: Reading, entry: JournalEntry): PreparedChange {
  const notes = [
    `The rollback ${shortId(entry.id)} of ${minuteText(new Date(entry.time))} stored its spec; only its update is left.`,
  ];
  const plan = specChange('rollback', reading.cluster, readFacts(reading), [], notes);
  return { plan, blocking: [], others: [] };
}

/** Judges a change that takes something out or back: what stood in the spec before does not stop it, as it is no worse for it. */
export function judgedLeniently<P extends SpecChange>(plan: P, allow: readonly string[]): PreparedChange<P> {
  const before = lintCluster(plan.before, plan.facts);
  const { blocking } = judgeAfter(plan, () => before, allow);
  const stood = new Set(before.map(findingKey));
  return { plan, blocking: blocking.filter((finding) => !stood.has(findingKey(finding))), others: [] };
}

/** Judges the spec that a change would leave. */
export function judged<P extends SpecChange>(plan: P, allow: readonly string[]): PreparedChange<P> {
  return { plan, ...judgeAfter(plan, () => lintCluster(plan.before, plan.facts), allow) };
}

function judgeAfter(plan: SpecChange, before: () => Finding[], allow: readonly string[]): Judgement {
  const after = plan.operations.length === 0 ? before() : lintCluster(plan.after, plan.facts);
  return judge(plan.operations.length === 0 ? () => after : before, after, allow);
}
