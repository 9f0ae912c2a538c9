import type { TalkerNames } from '../../replay/talkers.ts';
import type { Counted, Done } from './replay-reader.ts';

/** How many of each list of names were sent. */
type Sent = Readonly<Record<keyof TalkerNames, number>>;

/** What came of a part, for another thread, which knows the names that were sent before. */
export interface PackedDone extends Done {
  /** The names in it come behind so many. */
  from: Sent;
}

const NONE: Sent = { users: 0, asked: 0, pairs: 0 };

/** Sends each name once: copying them into another thread takes longer than to count them. */
export class Packer {
  #pairs: TalkerNames['pairs'] = [];
  #sent = NONE;

  pack(done: Done): PackedDone {
    const { users, asked, pairs } = done.replay.talkers.names;
    const from = pairs === this.#pairs ? this.#sent : NONE;
    this.#pairs = pairs;
    this.#sent = { users: users.length, asked: asked.length, pairs: pairs.length };
    const names = { users: users.slice(from.users), asked: asked.slice(from.asked), pairs: pairs.slice(from.pairs) };
    return { ...withNames(done, names), from };
  }
}

/** Takes all that a `Packer` packs, in that order. */
export class Unpacker {
  #names = noNames();

  unpack({ from, ...done }: PackedDone): Done {
    if (from.pairs === 0) this.#names = noNames();
    const { users, asked, pairs } = done.replay.talkers.names;
    for (const user of users) this.#names.users.push(user);
    for (const each of asked) this.#names.asked.push(each);
    for (const place of pairs) this.#names.pairs.push(place);
    return withNames(done, this.#names);
  }
}

function noNames(): { users: string[]; asked: TalkerNames['asked'][number][]; pairs: number[] } {
  return { users: [], asked: [], pairs: [] };
}

function withNames(done: Done, names: TalkerNames): Done {
  return { ...done, replay: { ...done.replay, talkers: { ...done.replay.talkers, names } } };
}

/** Where the numbers of what came of a part are; a thread gives them away. */
export function memoryOf({ replay: { policies, talkers }, events }: Counted): ArrayBuffer[] {
  const arrays = [events.ids, talkers.counts, ...policies.flatMap(({ rules, sizes }) => [rules, sizes])];
  return arrays.map(({ buffer }) => buffer);
}
