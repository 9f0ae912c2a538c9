import { contentOf, filesInForce, type FileInForce } from '../cluster/present.ts';
import { UserError } from '../errors.ts';
import { wordsOf } from '../lint/rule.ts';
import { comparePolicies } from '../policy/compare/compare.ts';
import { renderPolicy } from '../policy/render/render.ts';
import { isPlainTemplate, readStamp } from '../policy/render/stamp.ts';
import type { Policy } from '../policy/types.ts';
import type { LiveReport, LiveState } from './running.ts';
import type { ClusterStatus, Required, SpecReading } from './status.ts';

/** What `--require` asks for: that auditing is on; and with a policy, that this one is in force. */
export interface Requirement {
  /** `on`, or the policy as it was named. */
  wanted: string;
  policy: RequiredPolicy | null;
}

/** The policy that must be in force. */
interface RequiredPolicy {
  origin: 'template' | 'file';
  /** The template's name, or the file's. */
  name: string;
  source: string;
  file?: string;
}

type Seen = Pick<ClusterStatus, 'spec' | 'applied' | 'running'>;

/** `differs`: a policy in force is another. */
interface Verdict extends Pick<Required, 'state' | 'why'> {
  differs: boolean;
}

const MET: Verdict = { state: 'met', why: null, differs: false };
const notMet = (why: string): Verdict => ({ state: 'not-met', why, differs: false });
const unknown = (why: string): Verdict => ({ state: 'unknown', why, differs: false });

/** Judges clusters one after another: what is rendered and compared for one is known for the next. */
export interface Judge {
  /** `reading` is what the spec of `seen` was read as; `diff` gives the command that compares its policy with the one required. */
  judge(seen: Seen, reading: SpecReading, diff: (wanted: string) => string | null): Required;
}

/**
 * Who says whether a cluster is as it must be. `on` is judged by the furthest state that was asked: what runs, else what is applied,
 * else the spec. That a policy is in force only the spec can tell, and whether that is applied: the API server tells no policy. One
 * definite no decides, whatever is not known.
 *
 * @throws UserError for a required policy that no API server would take.
 */
export function judgeOf({ wanted, policy }: Requirement): Judge {
  const compare = policy === null ? null : comparing(policy);
  return {
    judge: (seen, reading, diff) => {
      const { running, applied, spec } = seen;
      const records = running === null ? appliedVerdict(applied) : runningVerdict(running);
      const isIt = compare === null ? [] : [policyVerdict(reading, compare), appliedVerdict(applied)];
      const { differs, ...verdict } = worst([specVerdict(spec), ...isIt, records]);
      return { wanted, ...verdict, command: differs ? diff(wanted) : null };
    },
  };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  const first = (wanted: Verdict['state']): Verdict | undefined => verdicts.find(({ state }) => state === wanted);
  return first('not-met') ?? first('unknown') ?? MET;
}

function specVerdict({ state, findings }: ClusterStatus['spec']): Verdict {
  if (state === 'off') return notMet('auditing is off in the spec');
  if (state !== 'broken') return MET;
  const error = findings.find(({ severity }) => severity === 'error');
  return notMet(`auditing is broken in the spec${error === undefined ? '' : `: ${wordsOf(error).message}`}`);
}

function appliedVerdict({ state, resources, others, error }: ClusterStatus['applied']): Verdict {
  if (state === 'unknown') return unknown(`whether kops has applied the spec: ${error}`);
  if (state !== 'pending') return MET;
  const left = resources - others;
  return notMet(
    `the spec is not applied: \`kops update cluster\` would change ${left} resource${left === 1 ? '' : 's'}`,
  );
}

function runningVerdict({ state, error }: LiveReport): Verdict {
  if (state === 'unknown') return unknown(`what the API servers do: ${error}`);
  const why = NOT_RUNNING[state];
  return why === null ? MET : notMet(why);
}

const NOT_RUNNING: Readonly<Record<Exclude<LiveState, 'unknown'>, string | null>> = {
  'not-ready': 'an API server is not ready',
  'wrong-flags': 'an API server runs with other flags than the spec says',
  off: 'auditing is off',
  failing: 'an API server loses events',
  'not-flowing': 'an API server records nothing',
  flowing: null,
};

/** Compares a policy in force with the one required; the same text is compared once for a release. */
type Compare = (file: FileInForce, reading: SpecReading) => Verdict;

function policyVerdict(reading: SpecReading, compare: Compare): Verdict {
  const { present, facts } = reading;
  const files = present === null ? [] : filesInForce(present, facts, 'auditPolicyFile');
  if (files.length === 0) return unknown('which policy is in force: no file asset holds it');
  return worst(files.map((file) => compare(file, reading)));
}

function comparing(required: RequiredPolicy): Compare {
  const rendered = remembering((version: string) => rendering(required, version));
  const newest = rendered('');
  if (newest instanceof UserError) throw newest;
  const known = new Map<string, Verdict>();
  return (file, { facts }) => {
    const text = contentOf(file.asset);
    if (isTemplateItself(text, required)) return MET;
    const version = facts.kubernetesVersion ?? '';
    const key = JSON.stringify([version, text]);
    const verdict = known.get(key) ?? compared(facts.policies.load(text).policy, rendered(version), required);
    known.set(key, verdict);
    return verdict;
  };
}

/** Its parameters say that it is another than the template by itself; whether in effect, the comparison tells. */
function isTemplateItself(text: string, { origin, name }: RequiredPolicy): boolean {
  const stamp = readStamp(text);
  return origin === 'template' && stamp !== null && stamp.policy === name && isPlainTemplate(stamp);
}

function rendering({ name, source, file }: RequiredPolicy, version: string): Policy | UserError {
  try {
    const options = { name, toolVersion: '', ...(file === undefined ? {} : { file }) };
    return renderPolicy(source, version === '' ? options : { ...options, kubernetesVersion: version }).policy;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function compared(inForce: Policy | null, wanted: Policy | UserError, { name, file = name }: RequiredPolicy): Verdict {
  if (wanted instanceof UserError) return unknown(`${file} does not load on its Kubernetes: ${wanted.message}`);
  if (inForce === null) return notMet('the policy in force does not load');
  const { classes, notDecided } = comparePolicies(inForce, wanted);
  if (classes.length > 0) return { ...notMet(`its policy is not ${file}, nor equal to it`), differs: true };
  return notDecided === null ? MET : unknown(`whether its policy is equal to ${file}`);
}

function remembering<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}
