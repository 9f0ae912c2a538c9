import type { SpecChange } from '../cluster/spec-change.ts';
import type { Finding } from '../lint/rule.ts';
import type { ChangeResult, EditedText, Place, Planned, Reading } from './change.ts';
import type { NewEntry, OpenEntry, Subject } from './journal/entry.ts';
import type { Edges, Question } from './ports.ts';
import type { PlanSubject } from './plan-file.ts';

/** How a write ended, as it was read back. */
export type Stored =
  /** Nothing was written. `certain`: that was seen, not only concluded. */
  | { state: 'old'; error: unknown; certain: boolean }
  /** It reads back as planned. */
  | { state: 'new'; warning?: string }
  /** Something else is stored. */
  | { state: 'different'; message: string }
  /** Nobody knows what is stored. */
  | { state: 'unknown'; message: string };

/** What came of a plan up to here, for the steps that follow the write. */
export interface Made<R extends Reading = Reading> extends Planned<R> {
  /** Null: there was nothing to write. */
  stored: Exclude<Stored, { state: 'old' }> | null;
  /** Records how the change ends; null where nothing is recorded. */
  entry: OpenEntry | null;
}

/**
 * Where a cluster spec lives: a state store, a file, or a stream. A change of any of them goes the one way of `runChange`.
 * What these methods throw means that nothing was written, but for `follow`.
 */
export interface Target<R extends Reading = Reading> {
  place: Place;
  /** What the lock and the journal know it by; null: nothing that is kept is touched. */
  subject: Subject | null;
  /** The same in a saved plan. */
  savedAs: PlanSubject | null;
  read(): Promise<R>;
  /** Runs the planning, so that what it throws names its place in the text. */
  planning<T>(reading: R, work: () => T): T;
  /** The text with the plan carried out in it, or with the text known beforehand; null where the spec is no text. */
  edit(reading: R, plan: SpecChange, known: string | undefined): EditedText | null;
  /** What speaks against the plan because of how things are here. */
  gates(reading: R, plan: SpecChange): Finding[];
  /** Makes sure that it can be written, before anybody is asked. */
  checkWritable(): Promise<void>;
  /** Whether a question will come, as far as that can be told before the first one. */
  asks(planned: Planned<R>): boolean;
  /** What is asked before the write; null: nothing. */
  question: Question | null;
  /** What is said while it is written; null: nothing. */
  busy: string | null;
  /** Whether there is something to write. */
  hasWork(plan: SpecChange): boolean;
  /** What the journal keeps besides the plan. */
  record(planned: Planned<R>): Pick<NewEntry, 'before' | 'kopsVersion' | 'groupsHash' | 'textHash'>;
  /** Writes; gives what reads back and compares. Once something was sent it never throws, nor does what it gives. */
  write(planned: Planned<R>, edges: Edges): Promise<() => Promise<Stored>>;
  /** How far a change has come once it is stored. */
  onceStored: 'spec-written' | 'done';
  /** The steps after the write, or all that is left where there was nothing to write. */
  follow(made: Made<R>, edges: Edges): Promise<ChangeResult>;
}
