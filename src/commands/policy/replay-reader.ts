import type { LogSource } from '../../events/event.ts';
import { PartDuplicates, type PartIDs } from '../../events/duplicates.ts';
import { engineOf, type Walker } from '../../events/kernel.ts';
import { type Piece, scanLog } from '../../events/read.ts';
import { LogTally, type TallyCounts } from '../../events/tally.ts';
import { fileSource } from '../../input/log-files.ts';
import type { Policy } from '../../policy/types.ts';
import { Replay, type ReplayCounts, type ReplayOptions } from '../../replay/replay.ts';
import { MOST_TALKERS } from '../../replay/talkers.ts';

/** What parts of a log are read for. */
export interface Task {
  policies: readonly Policy[];
  options: ReplayOptions;
  /** Of the engine. */
  module: WebAssembly.Module | undefined;
}

/** Which part is to be read. */
export interface Job {
  name: string;
  path?: readonly string[];
  piece?: Piece;
}

/** What came of a part. */
export interface Done extends Counted {
  tally: TallyCounts;
  missing: string[];
  /** What comes behind it can be read for itself. */
  isFresh: boolean;
}

/** What of it takes memory. */
export interface Counted {
  replay: ReplayCounts;
  /** By which it is found out whether the same would have come of it behind the parts before. */
  events: PartIDs;
}

/** Reads parts of a log, one after the other. */
export interface Reader {
  /**
   * Reads a part for itself.
   *
   * @param onBytes is told now and then how much of it is read; what it throws ends that.
   * @returns null where it could not be read to its end.
   * @throws ExternalError where the thread that reads has ended.
   */
  read(job: Job, onBytes: (bytes: number) => void): Promise<Done | null>;
  /** Takes memory back, and uses it for the parts to come: otherwise it lies about for long. */
  reuse(spare: Counted): void;
  end(): Promise<void>;
}

/** Whether talkers are too many is seen when the parts are put together: a reader goes on for a while. */
const TIMES_TALKERS = 3;

/** Reads in this thread. What was learned of who asks for what, it knows in the next part still. */
export class PartReader implements Reader {
  readonly #replay: Replay;
  readonly #walker: Walker;
  readonly #duplicates: PartDuplicates = new PartDuplicates();
  readonly #spare: Counted[] = [];
  readonly #step: () => Promise<void> | undefined;

  /** @param step lets others have their turn, where the thread has other work as well. */
  constructor({ policies, options, module }: Task, step: () => Promise<void> | undefined = () => undefined) {
    this.#step = step;
    const { mostTalkers = MOST_TALKERS } = options;
    this.#replay = new Replay(policies, { ...options, mostTalkers: TIMES_TALKERS * mostTalkers });
    this.#walker = engineOf(module).walker();
    this.#walker.scanner.reset(this.#replay.keepsNames);
  }

  async read({ name, path, piece }: Job, onBytes: (bytes: number) => void): Promise<Done | null> {
    const spare = this.#spare.pop();
    this.#replay.renew(spare?.replay);
    this.#duplicates.renew(spare?.events);
    const tally = new LogTally(this.#duplicates);
    const missing: string[] = [];
    const source: LogSource = fileSource(name, { ...(path && { path }), onMissing: (text) => missing.push(text) });
    const step = (): Promise<void> | undefined => {
      onBytes(tally.bytes);
      return this.#step();
    };
    const options = { step, walker: this.#walker, isBusy: true, ...(piece && { piece }) };
    try {
      const isFresh = await scanLog(source, this.#replay, tally, options);
      const [replay, events] = [this.#replay.counted(), this.#duplicates.counted()];
      return { replay, events, tally: tally.counted(), missing, isFresh };
    } catch {
      return null; // whoever reads it once more finds out what it was, and on which line
    }
  }

  reuse(spare: Counted): void {
    this.#spare.push(spare);
  }

  async end(): Promise<void> {}
}
