import { CONDITIONS, HINDRANCES } from './conditions.ts';
import type { Facts } from './facts.ts';

type Status = number | 'killed';

/** The statuses that fit a kind of fault that was met; `clean` is that of the run in which nothing goes wrong. */
const FITTING: readonly [kinds: RegExp, fitting: (facts: Facts, clean: Status) => readonly Status[]][] = [
  [/^killed/, () => ['killed']],
  [/^(interrupted|terminal gone)/, (facts, clean) => (isWaiting(facts) ? [130] : [130, clean])],
  [/^Ctrl-C$/, () => [130]],
  [/^closed stdout|^clock back/, (_, clean) => [clean]],
  [/^full stdout/, () => [4]],
  [/^bug/, (facts, clean) => (did(facts) ? [5, clean] : isUnknown(facts) ? [5] : [70, 4, clean, ...damaged(facts)])],
  [/^(disk|read-only|input)/, (facts, clean) => (wrote(facts) ? [clean] : [2, clean])],
  [
    /^(dies|fails|store|hangs)/,
    (facts, clean) => (wrote(facts) || !facts.changes ? [5, 4, clean] : unread(facts) ? [5] : [4]),
  ],
  [
    /^(half|prints|banner)/,
    (facts, clean) => (wrote(facts) ? [5, clean] : [4, 2, 3, clean, ...(facts.changes ? [] : [5])]),
  ],
  [/^says stored/, () => [4]],
  [/^drops/, () => [5]],
  [/^(other|rival)/, (_, clean) => [2, 5, clean]],
];

/** Whether the exit status is none that fits what went wrong. */
export function unfitStatus(facts: Facts): string | false {
  const { ran, stage } = facts;
  const fitting = fittingStatuses(facts, stage.clean.status);
  return !fitting.includes(ran.status) && `it is ${ran.status}, not ${fitting.join(' or ')}`;
}

function fittingStatuses(facts: Facts, clean: Status): readonly Status[] {
  const { fault, ran, stage } = facts;
  if (fault.kind in CONDITIONS) return statusesBefore(fault.kind, stage.scenario.flags.journal !== false, clean);
  if (ran.process.met === undefined) return [clean];
  return FITTING.find(([kinds]) => kinds.test(fault.kind))?.[1](facts, clean) ?? [];
}

function statusesBefore(kind: string, journal: boolean, clean: Status): readonly Status[] {
  if (HINDRANCES.has(kind)) return [journal ? 2 : clean];
  return kind.startsWith('journal') ? [clean, 2] : [clean];
}

/** A signal that comes while kops or a person is waited for always stops the run; one that comes later may find all done. */
function isWaiting({ ran: { process } }: Facts): boolean {
  return process.met?.edge === 'kops' || process.met?.edge === 'question';
}

/** kops failed to store the spec, and could not be asked either whether it did. */
function unread({ said }: Facts): boolean {
  return said.includes('could not be read back');
}

/** A step was begun, and nobody can tell what came of it; or kops could not be asked what is stored. */
function isUnknown(facts: Facts): boolean {
  return unread(facts) || facts.said.includes('is not known: a bug of kops-audit');
}

/** An entry of the journal that cannot be read counts as damaged: nothing is taken back past it, and no update taken for ours. */
function damaged({ ran: { process }, said }: Facts): number[] {
  const isRead = process.met?.what === 'files readFileSync';
  return isRead && /is damaged|may not be a change of kops-audit alone/.test(said) ? [2] : [];
}

/** Whether this run wrote or applied something. */
function did(facts: Facts): boolean {
  return wrote(facts) || Object.values(facts.did).some((count) => count > 0);
}

function wrote({ ours }: Facts): boolean {
  return ours.length > 0;
}
