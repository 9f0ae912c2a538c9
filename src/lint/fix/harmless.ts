import type { Operation } from '../../cluster/types.ts';
import { UserError } from '../../errors.ts';
import { type Json, type JsonObject, isObject } from '../../json.ts';
import { rules as ruleNumbers } from '../policy/words.ts';
import { pointerOf } from '../engine.ts';
import type { Edit, LocatedFinding, Path } from '../rule.ts';
import type { Comparison } from '../../policy/compare/compare.ts';
import { type Harm, type Judgement, judgeChange } from '../../policy/compare/harm.ts';
import type { Policy, RequestAttributes } from '../../policy/types.ts';
import { applyOperations } from '../../yaml/json-patch.ts';

/** Fixes that do no harm, one by one and together, and the findings that are not fixed, with the reason. */
export interface Harmless {
  operations: Operation[];
  /** What the operations change, in the order of the policy. */
  changes: FixedPart[];
  /** What the policy with the fixes in it does otherwise. */
  comparison: Comparison;
  refusals: Refusal[];
}

/** A part of a policy before and after its fix; `to` is null where it is taken out. */
export interface FixedPart {
  finding: LocatedFinding;
  from: string;
  to: string | null;
}

interface Refusal {
  finding: LocatedFinding;
  /** undefined: nobody knows, the policy is too large. */
  harm: Harm | undefined;
}

/** Of a document with more fixes, one of which does harm, none is made: each of them would have to be tried. */
const MOST_TRIED = 40;
const STEPS = 300_000;

/**
 * Chooses the fixes that bring no secret body into the log and silence nothing it is read for, whoever makes the request: what
 * matched nothing may have been all that kept it so. They are judged together, and one after the other only where that does harm.
 *
 * @param value the document of the policy.
 */
export function harmlessFixes(before: Policy, value: Json, findings: readonly LocatedFinding[]): Harmless {
  const judge = (chosen: readonly LocatedFinding[], steps?: number): Harmless & Judgement => {
    const corrections = correctionsOf(chosen, value);
    const operations = corrections.map(operationOf);
    const changes = corrections.map((correction) => changeOf(correction, value)).toReversed();
    const options = steps === undefined ? {} : { steps };
    return { operations, changes, refusals: [], ...judgeChange(before, applied(before, operations), options) };
  };
  const all = judge(findings);
  if (isHarmless(all)) return all;
  let best = judge([]);
  const chosen: LocatedFinding[] = [];
  const refusals: Refusal[] = [];
  for (const finding of findings) {
    const next = findings.length > MOST_TRIED ? all : judge([...chosen, finding], STEPS);
    if (isHarmless(next)) {
      chosen.push(finding);
      best = next;
    } else refusals.push({ finding, harm: next.harms[0] });
  }
  const { operations, changes, comparison } = best;
  return { operations, changes, comparison, refusals };
}

function isHarmless({ harms, comparison }: Judgement): boolean {
  return harms.length === 0 && comparison.notDecided === null;
}

/** A policy with operations carried out on it. */
export function applied(policy: Policy, operations: readonly Operation[]): Policy {
  return applyOperations(asJson(policy), [...operations]) as unknown as Policy;
}

/** A policy as the JSON it is. */
export function asJson(policy: Policy): JsonObject {
  return policy as unknown as JsonObject;
}

/** Says why a finding is not fixed. */
export function refusalError({ finding, harm }: Refusal, file: string): UserError {
  const { rule, range } = finding;
  const place = { file, line: range.start.line };
  if (!harm) {
    return new UserError(`${rule} is not fixed: the policy is too large to tell what that would change`, {
      place,
      hint: 'Fix it by hand, and see what it changes with kops-audit policy diff.',
    });
  }
  const { message, hint } = SAID[harm.kind](harm);
  return new UserError(`${rule} is not fixed: ${message}, for example ${requestText(harm.example)}`, { place, hint });
}

const SAID: Readonly<Record<Harm['kind'], (harm: Harm) => { message: string; hint: string }>> = {
  recorded: ({ name, rules }) => ({
    message: `${decider(rules)} would then write the content of ${name} into the log`,
    hint: `Put a rule with level Metadata for ${name} before ${decider(rules)}, then run it again.`,
  }),
  silenced: ({ name, rules }) => ({
    message: `${decider(rules)} would then keep ${name} out of the log`,
    hint: `If that is meant, fix it by hand. Otherwise put a rule with level Metadata for ${name} first.`,
  }),
};

function decider(rules: readonly number[]): string {
  return rules.includes(0) ? 'no rule' : ruleNumbers(rules);
}

function requestText({ verb = '', resource = '', subresource, namespace, user }: RequestAttributes): string {
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? ` in namespace ${namespace}` : '';
  return `${verb} of ${what}${where} by ${user ?? 'nobody'}`;
}

/** A safe correction of a finding, and the part of the policy it is made at. */
interface Correction {
  finding: LocatedFinding;
  path: Path;
  edit: Edit;
}

/**
 * The fixes of some findings, from the last to the first, which is an order in which each path is still right. A fix that would leave a
 * list empty is left out: an empty selector matches everything. So is one whose place the value does not have.
 */
function correctionsOf(findings: readonly LocatedFinding[], value: Json): Correction[] {
  const corrections = new Map<string, Correction>();
  for (const finding of findings) {
    const { edit, path, ignored } = finding;
    if (edit && path && ignored === undefined && !corrections.has(pointerOf(path)))
      corrections.set(pointerOf(path), { finding, path, edit });
  }
  const possible = [...corrections.values()].filter((correction) => fits(correction, value));
  return withoutEmptied(possible, value).toSorted((a, b) => comparePaths(b.path, a.path));
}

function changeOf({ finding, path, edit }: Correction, value: Json): FixedPart {
  const before = valueAt(value, path);
  const from = typeof before === 'string' ? before : JSON.stringify(before ?? null);
  return { finding, from, to: edit.kind === 'replace' ? edit.value : null };
}

function operationOf({ path, edit }: Correction): Operation {
  const pointer = pointerOf(path);
  return edit.kind === 'remove' ? { op: 'remove', path: pointer } : { op: 'replace', path: pointer, value: edit.value };
}

function fits({ path, edit }: Correction, value: Json): boolean {
  const there = valueAt(value, path);
  return edit.kind === 'remove' ? there !== undefined && path.length > 0 : typeof there === 'string';
}

function withoutEmptied(corrections: readonly Correction[], value: Json): Correction[] {
  const isRemoval = ({ edit, path }: Correction): boolean => edit.kind === 'remove' && typeof path.at(-1) === 'number';
  const parents = corrections.filter(isRemoval).map(({ path }) => JSON.stringify(path.slice(0, -1)));
  return corrections.filter((correction) => {
    const parent = correction.path.slice(0, -1);
    const list = valueAt(value, parent);
    const gone = parents.filter((each) => each === JSON.stringify(parent)).length;
    return !isRemoval(correction) || !Array.isArray(list) || gone < list.length;
  });
}

function valueAt(value: Json, path: Path): Json | undefined {
  let found: Json | undefined = value;
  for (const step of path) {
    if (Array.isArray(found)) found = found[Number(step)];
    else found = isObject(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}

function comparePaths(a: Path, b: Path): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  if (at === -1) return a.length - b.length;
  const [one, two] = [a[at], b[at]];
  if (one === undefined || two === undefined) return 1;
  return typeof one === 'number' && typeof two === 'number' ? one - two : String(one) < String(two) ? -1 : 1;
}
