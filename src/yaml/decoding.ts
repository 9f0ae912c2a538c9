import type { JsonEntry, JsonNode } from './json-node.ts';
import type { YamlNode } from './read.ts';
import { YamlProblem } from './problem.ts';

/** What is known while a document is decoded. */
export interface Decoding {
  /** The keys that stood in their map already. */
  duplicates: Duplicate[];
  /** The entries that came from a merge. */
  merged: Set<JsonEntry>;
  /** What an alias may mean, with the number of steps that decoding it took; undefined while it is being decoded. */
  known: Map<YamlNode, Known | undefined>;
  steps: number;
  stepsInAliases: number;
  aliasDepth: number;
}

interface Known {
  value: JsonNode;
  steps: number;
}

/** A key that stood in its map already. `merged`: one of the two came from a merge (`<<`). */
export interface Duplicate {
  key: string;
  start: number;
  end: number;
  merged: boolean;
}

export function startDecoding(): Decoding {
  return { duplicates: [], merged: new Set(), known: new Map(), steps: 0, stepsInAliases: 0, aliasDepth: 0 };
}

const LOW = 400_000;
const HIGH = 4_000_000;

/**
 * Counts decode steps. go-yaml v2.4.4 refuses a document of which nearly all comes from aliases (`decode.go`).
 *
 * @throws YamlProblem
 */
export function countSteps(decoding: Decoding, node: YamlNode, steps = 1): void {
  decoding.steps += steps;
  if (decoding.aliasDepth > 0) decoding.stepsInAliases += steps;
  const { steps: all, stepsInAliases } = decoding;
  if (stepsInAliases <= 100 || all <= 1000) return;
  if (stepsInAliases / all > allowedRatio(all)) throw new YamlProblem('the document has too many aliases', node.start);
}

function allowedRatio(steps: number): number {
  if (steps <= LOW) return 0.99;
  return steps >= HIGH ? 0.1 : 0.99 - 0.89 * ((steps - LOW) / (HIGH - LOW));
}
