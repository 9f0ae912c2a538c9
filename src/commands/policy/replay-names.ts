import type { TalkerCounts } from '../../replay/talkers.ts';
import type { Counted, Done } from './replay-reader.ts';

type Named = TalkerCounts['named'][number];

/** What came of a part, for another thread, which knows the names that were sent before. */
export interface PackedDone extends Done {
  /** The names in it come behind so many. */
  from: number;
}

/** Sends each name once: copying them into another thread takes longer than to count them. */
export class Packer {
  #named: readonly Named[] = [];
  #sent = 0;

  pack(done: Done): PackedDone {
    const { named, count } = done.replay.talkers;
    const from = named === this.#named ? this.#sent : 0;
    this.#named = named;
    this.#sent = count;
    const talkers = { ...done.replay.talkers, named: named.slice(from, count) };
    return { ...done, replay: { ...done.replay, talkers }, from };
  }
}

/** Takes all that a `Packer` packs, in that order. */
export class Unpacker {
  #named: Named[] = [];

  unpack({ from, ...done }: PackedDone): Done {
    const { talkers } = done.replay;
    if (from === 0) this.#named = [];
    for (const who of talkers.named) this.#named.push(who);
    return { ...done, replay: { ...done.replay, talkers: { ...talkers, named: this.#named } } };
  }
}

/** Where the numbers of what came of a part are; a thread gives them away. */
export function memoryOf({ replay: { policies, talkers }, events }: Counted): ArrayBuffer[] {
  const arrays = [events.ids, talkers.counts, ...policies.flatMap(({ rules, sizes }) => [rules, sizes])];
  return arrays.map(({ buffer }) => buffer);
}
