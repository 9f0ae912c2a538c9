import type { Level, RequestAttributes, Stage } from '../types.ts';

/** Where in a test file something stands; both count from 1. */
export interface TestPlace {
  line: number;
  column: number;
}

/** Something wrong with a test file, or with the policy it names. `file` is left out for the test file itself. */
export interface TestMistake extends Partial<TestPlace> {
  file?: string;
  message: string;
  hint?: string;
}

/** What a case expects of the decision; what is left out is not looked at. */
export interface Expectation {
  level: Level;
  /** Counts from 1; 0 is no rule. */
  rule?: number;
  /** The stages at which an event is written, in any order. */
  stages?: Stage[];
  omitManagedFields?: boolean;
}

/** A request as a case has it. */
export interface TestRequest extends TestPlace {
  /** As it is written in the file; a map as one line of JSON. */
  text: string;
  request: RequestAttributes;
  /** What was assumed where the words left something open. */
  notes: string[];
}

/** One or more requests, of which the same is expected. */
export interface PolicyTestCase extends TestPlace {
  /** What the case is for; the first request where the file has no name for it. */
  name: string;
  requests: TestRequest[];
  expect: Expectation;
}

/** What a test file says. */
export interface PolicyTest {
  /** A template's name, or the path of a policy relative to the test file. */
  policy: string;
  /** Parameters of the policy, as `--set` takes them: lists with commas. */
  set: Record<string, string>;
  /** Such as 1.32; left out: the newest. */
  kubernetesVersion?: string;
  cases: PolicyTestCase[];
  /** Where `policy` and `set` stand, for what turns out to be wrong with them later. */
  places: { policy: TestPlace; set: TestPlace };
}
