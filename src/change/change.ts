import type { SpecChange } from '../cluster/spec-change.ts';
import type { Spellings } from '../cluster/splice.ts';
import type { KopsObject } from '../cluster/types.ts';
import type { Preview } from '../kops/preview.ts';
import type { Finding } from '../lint/rule.ts';

/** Where a cluster spec lives: a state store, a file, a stream. */
export type Place = 'live' | 'file' | 'stdin';

/** A cluster as it was read from wherever its spec lives. */
export interface Reading {
  cluster: KopsObject;
  groups: KopsObject[];
  /** The kOps release that will work on the spec; null where nobody said. */
  kopsVersion: string | null;
  /** How the empty parents of what auditing needs are written in a file. */
  spellings?: Spellings;
  /** The whole text it stands in; a state store has none. */
  text?: string;
  /** What `kops update cluster` would do before our change; null where it was not asked, undefined where nobody can. */
  baseline?: Preview | null;
}

/** A cluster in a state store. */
export interface LiveReading extends Reading {
  kopsVersion: string;
  /** The release that last ran `kops update cluster --yes`; null where none did or nobody can tell. */
  lastApplied: string | null;
  /** What `kops update cluster` would do before our change; null where it was not asked. */
  baseline: Preview | null;
}

/** A text before and after a change, in whole and for the diff. */
export interface EditedText {
  /** All of the text as it will be. */
  whole: string;
  /** The edited document alone, before and after, and the line it starts at. */
  before: string;
  after: string;
  /** What follows it in the text and ends its last line: a newline, or nothing. */
  ending: string;
  firstLine: number;
  /** What the text is called. */
  name: string;
}

/** A change of what was read, worked out and judged, and not yet made. */
export interface Planned<R extends Reading = Reading, P extends SpecChange = SpecChange> {
  place: Place;
  reading: R;
  plan: P;
  /** What the rules and the circumstances have to say. Those of severity error stop it. */
  findings: Finding[];
  /** Null where the spec is no text: then the diff is that of the values. */
  edited: EditedText | null;
}

/** Which steps of the pipeline shall run for a cluster in a state store, and what was answered beforehand. */
export interface LiveSteps {
  /** Answers the questions for the spec and for the update; never the one for the roll, unless `rollingUpdate` is set too. */
  yes: boolean;
  /** Run `kops update cluster`. */
  update: boolean;
  /** Roll the control plane afterwards. */
  rollingUpdate: boolean;
  /** Null: `--target` was not given, which is the same as `direct`, but for a warning. */
  target: 'direct' | 'terraform' | null;
  /** The folder for Terraform files. */
  out: string | null;
  includePending: boolean;
  allowKopsUpgrade: boolean;
  allowApiDowntime: boolean;
}

/** How a change ended. */
export interface ChangeResult {
  /** 0 done · 1 a dry run found something to do, and that was asked · 5 the spec is stored but a later step is left · 130 interrupted. */
  exitCode: 0 | 1 | 5 | 130;
  /** What is stored now; `unknown`: neither the old nor the new one, or it could not be read back. */
  spec: 'unchanged' | 'new' | 'unknown';
  updated: boolean;
  rolled: boolean;
  /** What happened, in a sentence; '' where all is said. */
  message: string;
  /** What is left to do: commands to paste, each with a reason. */
  next: NextStep[];
}

export interface NextStep {
  why: string;
  command: string;
}
