import { grouped } from '../../grouped.ts';
import { stagesWritten } from '../decide/decide.ts';
import { bodiesOf } from '../explain/meaning.ts';
import type { Policy, RequestAttributes, Stage } from '../types.ts';
import { type Box, meet, meets, type Term } from './box.ts';
import { placeSets, targetSets, type PlaceSets, type TargetSets } from './describe.ts';
import { type Party, partiesOf, spendOnTreatment, treatment } from './parties.ts';
import { attempt, type Budget, budgetOf, findUncovered, spend } from './search.ts';
import { type Entry, type Outcome, sideOf } from './sides.ts';
import { sampleOf, type Topic, TOPIC_SELECTORS, type TopicTargets, topicsIn } from './topics.ts';
import { type Universe, universeOf } from './universe.ts';

/** What a request that goes well leaves in the log. */
export interface Trace {
  /** The events, by their stages; none: nothing is recorded. */
  stages: readonly Stage[];
  /** The body that was sent, and that of the answer. */
  request: boolean;
  answer: boolean;
  /** Whether the bodies tell who set which field. */
  managedFields: boolean;
}

/**
 * What a request leaves after a change: nothing any more, something at last, more or fewer bodies, other stages, bodies with or without
 * managed fields; `level`: another level with which the log holds the same.
 */
export type EffectKind = 'gone' | 'new' | 'more' | 'less' | 'stages' | 'fields' | 'level';

/** What a change of policies comes to for some requests of one topic by some parties. */
export interface Effect extends TopicEffect {
  parties: Party[];
}

interface TopicEffect {
  kind: EffectKind;
  before: Trace;
  after: Trace;
  topic: Topic;
  verbs: readonly string[];
  /**
   * How much of that: `all`; `most`: at least half of the resources of Kubernetes in the topic; `some`: fewer, or it hangs on more than
   * what these parts tell.
   */
  extent: 'all' | 'most' | 'some';
  /** Which resources and paths, where it is not all of the topic; null: no short list has them. */
  targets: TargetSets | null;
  /** Where only requests for some names or in some namespaces are meant. */
  place: PlaceSets | null;
}

export interface Consequences {
  effects: Effect[];
  /** All parties that were looked at: an effect that has them all is one on anyone's requests. */
  parties: Party[];
  /** False where the policies are so large that something may be missing. */
  complete: boolean;
}

/** About a third of a second of searching. */
const STEPS = 300_000;

/**
 * What a change from one policy to another comes to, topic by topic: for each request that one of today's API servers answers, and for
 * users with the groups that they get by themselves. What is said of a topic holds for all such requests in it.
 */
export function consequencesOf(
  before: Policy,
  after: Policy,
  { steps = STEPS }: { steps?: number } = {},
): Consequences {
  const universe = universeOf([...before.rules, ...after.rules, ...TOPIC_SELECTORS]);
  if (!universe) return { effects: [], parties: [], complete: false };
  const sides = [before, after].map((policy) => sideOf(universe, policy).entries);
  const budget = budgetOf(steps, universe.width);
  const terms = sides.flat().map(({ term }) => term);
  const parties = attempt(() => partiesOf(universe, terms, budget));
  if (parties === 'not-decided') return { effects: [], parties: [], complete: false };
  const looking = { universe, sides, budget };
  const found = topicsIn(universe).map((topic) => attempt(() => ofTopic(looking, topic, parties)));
  const effects = found.flatMap((list) => (list === 'not-decided' ? [] : list));
  return { effects, parties, complete: !found.includes('not-decided') };
}

/** Two policies, as far as they are looked at. */
interface Looking {
  universe: Universe;
  sides: readonly (readonly Entry[])[];
  budget: Budget;
}

// Parties that the rules about a topic treat alike are looked at once.
function ofTopic(looking: Looking, topic: TopicTargets, parties: readonly Party[]): Effect[] {
  const boxes = boxesOf(looking.universe, topic);
  const terms = entriesIn(looking.sides.flat(), boxes, looking.budget).map(({ term }) => term);
  const alike = grouped(parties, (party) => {
    spendOnTreatment(looking.budget, terms);
    return terms.map((term) => treatment(party, term)).join();
  });
  const found = new Map<string, Effect>();
  for (const some of alike.values())
    for (const effect of effectsOn(looking, topic, boxes, some)) {
      const key = JSON.stringify(effect);
      const same = found.get(key);
      if (same) same.parties.push(...some);
      else found.set(key, { ...effect, parties: [...some] });
    }
  return [...found.values()];
}

/** The requests of a topic, by anyone: those for what lies in no namespace apart. */
function boxesOf(universe: Universe, { topic, targets, clusterScoped }: TopicTargets): Box[] {
  const { users, namespaces, names } = universe;
  const verbs = topic.verbs.reduce((bits, verb) => bits | universe.verbs.bitOf(verb), 0n);
  const whole = { users: users.all, someOf: [], noneOf: 0n, verbs, names: names.all };
  return [
    { ...whole, targets: targets & ~clusterScoped, namespaces: namespaces.all },
    { ...whole, targets: clusterScoped, namespaces: namespaces.bitOf('') },
  ].filter((box) => box.targets !== 0n);
}

function entriesIn(entries: readonly Entry[], boxes: readonly Box[], budget: Budget): Entry[] {
  spend(budget, entries.length);
  return entries.filter(({ term }) => boxes.some((box) => meets(box, term)));
}

function effectsOn(
  looking: Looking,
  topic: TopicTargets,
  boxes: readonly Box[],
  [party]: readonly Party[],
): TopicEffect[] {
  const cells = boxes.flatMap((box) => {
    const own = { ...box, ...party?.who };
    return cellsOf({ ...looking, sides: sidesIn(looking, own) }, own, CUTS);
  });
  return gathered(looking, topic, cells);
}

function sidesIn({ sides, budget }: Looking, box: Box): Entry[][] {
  return sides.map((entries) => entriesIn(entries, [box], budget));
}

/** Requests that are treated alike, or of which it cannot be told by their verb, target and place how they are. */
interface Cell {
  box: Box;
  pairs: readonly (readonly [Outcome, Outcome])[];
}

type Cut = 'targets' | 'verbs' | 'namespaces' | 'names';
const CUTS: readonly Cut[] = ['targets', 'verbs', 'namespaces', 'names'];

// Cut along the rules, in one dimension after the other, until each part is treated alike.
function cellsOf(looking: Looking, box: Box, cuts: readonly Cut[]): Cell[] {
  const pairs = pairsIn(looking, box);
  const [cut, ...others] = cuts;
  if (pairs.length <= 1 || cut === undefined) return [{ box, pairs }];
  return partsAlong(looking, box, cut).flatMap((part) => cellsOf(looking, part, others));
}

function partsAlong({ sides, budget }: Looking, box: Box, cut: Cut): Box[] {
  let parts = [box[cut]];
  for (const { term } of sides.flat()) {
    spend(budget, parts.length);
    if (meets(box, term))
      parts = parts.flatMap((set) => [set & term[cut], set & ~term[cut]]).filter((set) => set !== 0n);
  }
  return parts.map((set) => ({ ...box, [cut]: set }));
}

/** What the two policies do with the requests of a box: one pair of outcomes where it is the same for all. */
function pairsIn({ sides: [before = [], after = []], budget }: Looking, box: Box): (readonly [Outcome, Outcome])[] {
  const [firsts, seconds] = [deciding(before, box, budget), deciding(after, box, budget)];
  const [first, second] = [outcomes(firsts), outcomes(seconds)];
  if (first.length <= 1 || second.length <= 1)
    return first.flatMap((one) => second.map((other) => [one, other] as const));
  const found = new Map<string, readonly [Outcome, Outcome]>();
  for (const one of firsts)
    for (const other of seconds) {
      const key = JSON.stringify([one.entry.outcome, other.entry.outcome]);
      const part = found.has(key) ? undefined : meet(one.part, other.entry.term);
      if (part && findUncovered(part, [...one.earlier, ...other.earlier], budget, new Set()))
        found.set(key, [one.entry.outcome, other.entry.outcome]);
    }
  return [...found.values()];
}

interface Deciding {
  entry: Entry;
  part: Box;
  earlier: readonly Term[];
}

function deciding(entries: readonly Entry[], box: Box, budget: Budget): Deciding[] {
  const earlier: Term[] = [];
  const found: Deciding[] = [];
  for (const entry of entries) {
    spend(budget, 1);
    const part = meets(box, entry.term) ? meet(box, entry.term) : undefined;
    if (part && findUncovered(part, earlier, budget, new Set())) found.push({ entry, part, earlier: [...earlier] });
    if (part) earlier.push(entry.term);
  }
  return found;
}

function outcomes(list: readonly Deciding[]): Outcome[] {
  return [...new Map(list.map(({ entry: { outcome } }) => [JSON.stringify(outcome), outcome])).values()];
}

/** The same effect on requests of one verb: for which targets, and those for which it is not so for all requests. */
interface Gathered {
  effect: Pick<TopicEffect, 'kind' | 'before' | 'after'>;
  place: PlaceSets | null;
  verbs: Map<string, { targets: bigint; partly: bigint }>;
}

function gathered({ universe }: Looking, topic: TopicTargets, cells: readonly Cell[]): TopicEffect[] {
  const found = new Map<string, Gathered>();
  for (const { box, pairs } of cells) {
    const changed = pairs.filter(([before, after]) => JSON.stringify(before) !== JSON.stringify(after));
    const place = changed.length === 0 || isAnywhere(universe, box, topic) ? null : placeSets(universe, box);
    const partly = pairs.length > 1 ? box.targets : 0n;
    const verbs = topic.topic.verbs.filter((verb) => (universe.verbs.bitOf(verb) & box.verbs) !== 0n);
    for (const pair of changed)
      for (const verb of verbs) {
        const effect = effectOn(topic.topic, verb, pair);
        const key = JSON.stringify([effect, place]);
        const group = found.get(key) ?? { effect, place, verbs: new Map() };
        found.set(key, group);
        const known = group.verbs.get(verb) ?? { targets: 0n, partly: 0n };
        group.verbs.set(verb, { targets: known.targets | box.targets, partly: known.partly | partly });
      }
  }
  return [...found.values()].flatMap((group) => effectsOf(universe, topic, group));
}

// A request for what lies in no namespace is everywhere where there is one.
function isAnywhere({ namespaces, names }: Universe, box: Box, { clusterScoped }: TopicTargets): boolean {
  const isScoped = (box.targets & ~clusterScoped) === 0n && box.namespaces === namespaces.bitOf('');
  return (isScoped || box.namespaces === namespaces.all) && box.names === names.all;
}

function effectsOf(universe: Universe, topic: TopicTargets, { effect, place, verbs }: Gathered): TopicEffect[] {
  const byTargets = new Map<string, { targets: bigint; partly: bigint; verbs: string[] }>();
  for (const [verb, { targets, partly }] of verbs) {
    const key = [targets, partly].join();
    const same = byTargets.get(key) ?? { targets, partly, verbs: [] };
    byTargets.set(key, { ...same, verbs: [...same.verbs, verb] });
  }
  return [...byTargets.values()].map(({ targets, partly, verbs: names }) => {
    const whole = place === null ? topic.targets : topic.targets & ~topic.clusterScoped;
    const isAll = targets === whole || targets === topic.targets;
    const extent = partly !== 0n ? 'some' : isAll ? 'all' : extentOf(topic, targets);
    const sets = isAll ? null : targetSets(universe, targets);
    return { ...effect, topic: topic.topic, verbs: names, extent, targets: sets, place };
  });
}

function extentOf(topic: TopicTargets, targets: bigint): 'most' | 'some' {
  const all = topic.resourcesIn(topic.targets);
  return all > 0 && 2 * topic.resourcesIn(targets) >= all ? 'most' : 'some';
}

function effectOn(topic: Topic, verb: string, [before, after]: readonly [Outcome, Outcome]): Gathered['effect'] {
  const request = { ...sampleOf(topic), verb, user: 'alice' };
  const [one, other] = [traceOf(request, before), traceOf(request, after)];
  return { kind: kindOf(one, other), before: one, after: other };
}

function traceOf(request: RequestAttributes, outcome: Outcome): Trace {
  const stages = stagesWritten(request, { ...outcome, rule: 1 });
  const bodies = bodiesOf(request);
  const atEnd = stages.includes('ResponseComplete');
  const sent = atEnd && bodies.request && outcome.level !== 'Metadata';
  const answer = atEnd && bodies.response && outcome.level === 'RequestResponse';
  return { stages, request: sent, answer, managedFields: (sent || answer) && !outcome.omitManagedFields };
}

function kindOf(before: Trace, after: Trace): EffectKind {
  if (after.stages.length === 0) return before.stages.length === 0 ? 'level' : 'gone';
  if (before.stages.length === 0) return 'new';
  const bodies = ({ request, answer }: Trace): number => Number(request) + Number(answer);
  if (bodies(before) !== bodies(after)) return bodies(after) > bodies(before) ? 'more' : 'less';
  if (before.stages.join() !== after.stages.join()) return 'stages';
  return before.managedFields === after.managedFields ? 'level' : 'fields';
}
