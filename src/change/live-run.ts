import type { SpecChange } from '../cluster/spec-change.ts';
import type { OpenEntry, Subject } from './journal/entry.ts';
import type { LiveReading } from './reading.ts';
import type { LiveSteps } from './steps.ts';
import type { WriteEdges } from './write-live.ts';

/** One run of the pipeline for a cluster in a state store, from the confirm on. */
export interface Run {
  reading: LiveReading;
  plan: SpecChange;
  steps: LiveSteps;
  subject: Subject;
  edges: WriteEdges;
  /** Records how the change ended, and holds the spec before it: this run's, or that of an earlier one taken up. Null: there is none. */
  entry: OpenEntry | null;
  /** `kops update` is through, in this run or before it. */
  updated: boolean;
  /** Shared by all who have this run, and kept up to date before and after each call: any of them may throw. */
  progress: { now: Progress };
}

/** What this run itself has done; `updating` and `rolling`: kops was called, and has not said how it went. */
export type Progress = 'nothing' | 'stored' | 'updating' | 'updated' | 'rolling' | 'rolled';
