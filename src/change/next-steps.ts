import type { SpecChange } from '../cluster/spec-change.ts';
import { commandLine as shellLine } from '../kops/command-line.ts';
import type { Kops } from '../kops/types.ts';
import type { OpenEntry } from './journal/types.ts';
import type { LiveSteps, NextStep } from './steps.ts';

/** What the commands depend on. */
interface Run {
  plan: SpecChange;
  steps: LiveSteps;
  edges: { kops: Kops };
}

/** What is left once the spec is stored: look, apply, roll, see. */
export function leftAfterWrite(run: Run): NextStep[] {
  const { edges, plan, steps } = run;
  const { commandLine } = edges.kops;
  const rest = [rollStep(run), validateStep(run)];
  if (steps.target === 'terraform')
    return [
      { why: 'Apply the stored spec', command: commandLine.update(plan.cluster, terraformOptions(steps)) },
      ...rest,
    ];
  return [
    { why: 'Look at what the update would do', command: commandLine.previewUpdate(plan.cluster) },
    { why: 'Apply the stored spec', command: commandLine.update(plan.cluster) },
    ...rest,
  ];
}

/** What kops is told for `--target terraform`; without `--out` its own default is spelled out. */
export function terraformOptions({ out }: LiveSteps): { target: 'terraform'; out: string } {
  return { target: 'terraform', out: out ?? 'out/terraform' };
}

/** What to look at where the stored spec is not what was sent. */
export function readBackSteps({ edges, plan }: Run): NextStep[] {
  return [{ why: 'Look at what is stored', command: edges.kops.commandLine.get(plan.cluster) }];
}

/** The rolling update of the control plane and the API servers. */
export function rollStep({ edges, plan }: Run): NextStep {
  return {
    why: 'Replace the instances of the control plane',
    command: edges.kops.commandLine.rollingUpdate(plan.cluster, { yes: true }),
  };
}

/** Whether instances are still to be replaced: kops-audit does not ask the cloud. */
export function rollPreviewStep({ edges, plan }: Run): NextStep {
  return {
    why: 'See whether instances are still to be replaced',
    command: edges.kops.commandLine.rollingUpdate(plan.cluster, { yes: false }),
  };
}

/** The check that the cluster is well. */
export function validateStep({ edges, plan }: Run): NextStep {
  return { why: 'See that the cluster is well', command: edges.kops.commandLine.validate(plan.cluster, '10m') };
}

/**
 * The way back when the roll went wrong: the old spec, applied, and the broken instances replaced without asking the API.
 * Without a record of the old spec a person must bring it.
 */
export function wayBack({ edges, plan, entry }: Run & { entry: OpenEntry | null }): NextStep[] {
  const { commandLine } = edges.kops;
  const groups = plan.groups
    .filter(({ role }) => role === 'ControlPlane' || role === 'APIServer')
    .map(({ name }) => name);
  const putBack = (file: string): NextStep => ({
    why: 'Or go back. First the old spec; whatever was changed in it since is lost',
    command: `${shellLine('node', ['-p', OLD_SPEC])} < ${shellLine(file, [])} | ${commandLine.replace(plan.cluster, '-')}`,
  });
  const byHand = 'The journal has no old spec: mend the stored one by hand (kops edit cluster), then apply it';
  return [
    { why: 'See on the instance why the API server does not come up', command: LOGS_OF_API_SERVER },
    ...(entry?.file ? [putBack(entry.file)] : []),
    { why: entry?.file ? 'Then apply it' : byHand, command: commandLine.update(plan.cluster) },
    {
      why: 'Then replace the instances without asking the API',
      command: commandLine.rollGroupsCloudOnly(plan.cluster, groups),
    },
  ];
}

const OLD_SPEC = 'JSON.parse(fs.readFileSync(0)).entry.before';
const LOGS_OF_API_SERVER = 'sudo crictl logs --tail 50 "$(sudo crictl ps -a --name kube-apiserver -q | head -n 1)"';
