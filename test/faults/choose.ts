import type { Fault } from './process.ts';
import { BEFORE, faultsOf, numbers, type Stage } from './stage.ts';

/** Which edge the runs of a scenario meet their fault at, in turn: most points are at the files, and most is decided at the others. */
const TURNS = ['kops', 'files', 'question', 'kops', 'files', 'stdout', 'kops', 'files', 'before'] as const;

/** Takes a number of faults out of all that a scenario can meet, none twice as long as there are others at its edge. */
export function chooseFaults(stage: Stage, count: number, seed: number): Fault[] {
  const all = shuffled(faultsOf(stage), numbers(seed));
  const edgeOf = ({ at }: Fault): string => (at === BEFORE ? 'before' : (stage.clean.process.points[at]?.edge ?? ''));
  const queues = new Map<string, Fault[]>();
  for (const fault of all) queues.set(edgeOf(fault), [...(queues.get(edgeOf(fault)) ?? []), fault]);
  return Array.from({ length: count }, (_, turn) => {
    const queue = queues.get(TURNS[turn % TURNS.length]!) ?? all;
    const next = queue.shift()!;
    queue.push(next);
    return next;
  });
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
