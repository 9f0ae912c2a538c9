import { type FillReport, type Held, fill } from '../../yaml/fill.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { JsonNode, Path } from '../../yaml/json-node.ts';
import { keyHint } from './key-hint.ts';
import { POLICY_SHAPE } from './policy-shape.ts';
import { addProblem } from './problems.ts';
import { quote } from './quote.ts';
import { renderFirst } from './template-marks.ts';
import { typeHint } from './type-hint.ts';
import type { PolicySource } from './source.ts';

/** Fills a policy with a JSON value as Go does; what is wrong with its types and keys goes to the problems of the source. */
export function fillPolicy(
  value: JsonNode,
  { positions, problems }: PolicySource,
  onWrong: (path: Path) => void = () => undefined,
): Held {
  const report: FillReport = {
    wrongType: (path, expected, node) => {
      onWrong(path);
      addProblem(problems, positions, node, wrongType(path, expected, node));
    },
    unknownKey: (path, entry, known) => addProblem(problems, positions, entry, unknownKey(path, entry.key, known)),
    duplicateKey: (path, entry) => addProblem(problems, positions, entry, duplicateKey(path, entry.key)),
  };
  return fill(value, POLICY_SHAPE, report);
}

function wrongType(path: Path, expected: string, node: JsonNode): Diagnostic {
  const message = within(path, `${named(path)} must be ${expected}, not ${describe(node)}`);
  return { severity: 'error', code: 'wrong-type', message, ...hintFor(wrongTypeHint(path, node, expected)) };
}

function wrongTypeHint(path: Path, node: JsonNode, expected: string): string | undefined {
  const render = node.kind === 'string' ? renderFirst(node.value) : undefined;
  return render ?? typeHint(path, node, expected);
}

function unknownKey(path: Path, key: string, known: readonly string[]): Diagnostic {
  const message = within(path, `kube-apiserver does not know the key ${quote(key)} and ignores it`);
  return { severity: 'warning', code: 'unknown-key', message, hint: renderFirst(key) ?? keyHint(key, path, known) };
}

// Only of a JSON text: in YAML the last one wins before the policy is looked at.
function duplicateKey(path: Path, key: string): Diagnostic {
  const message = within(path, `the key ${quote(key)} stands twice; kube-apiserver reads this one over the one before`);
  return { severity: 'warning', code: 'duplicate-key', message, hint: 'Keep the one that is meant.' };
}

/** Begins a message with "rule 3: " for what is inside a rule. */
export function within(path: Path, message: string): string {
  return path[0] === 'rules' && typeof path[1] === 'number' ? `rule ${path[1] + 1}: ${message}` : message;
}

/** "item 2 of users", counted from 1 as all that a person reads; of a rule only what is inside it. */
export function named(path: Path): string {
  const inside = path[0] === 'rules' && path.length > 2 ? path.slice(2) : path;
  const words = inside.map((step) => (typeof step === 'number' ? `item ${step + 1}` : step));
  return words.toReversed().join(' of ');
}

function describe(node: JsonNode): string {
  if (node.kind === 'list' || node.kind === 'map') return `a ${node.kind}`;
  if (node.kind === 'null') return 'null';
  return node.kind === 'string' ? quote(node.value) : String(node.value);
}

function hintFor(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}
