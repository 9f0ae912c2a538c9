import type { SpecChange } from '../cluster/spec-change.ts';
import { commandLine as shellLine } from '../process/words.ts';
import type { Kops } from '../kops/kops.ts';
import type { OpenEntry } from './journal/entry.ts';
import type { LiveSteps, NextStep } from './steps.ts';

/** What the commands depend on. */
interface Run {
  plan: SpecChange;
  steps: LiveSteps;
  edges: { kops: Kops; ownFlags?: readonly string[] };
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
 * The way back when the roll went wrong: the old values, applied, and the broken instances replaced without asking the API.
 * Without a record a person must bring the old spec.
 */
export function wayBack(run: Run & { entry: OpenEntry | null }): NextStep[] {
  const { edges, plan } = run;
  const { commandLine } = edges.kops;
  const groups = plan.groups
    .filter(({ role }) => role === 'ControlPlane' || role === 'APIServer')
    .map(({ name }) => name);
  return [
    { why: 'See on the instance why the API server does not come up', command: LOGS_OF_API_SERVER },
    putBack(run),
    {
      why: 'Then replace the instances without asking the API',
      command: commandLine.rollGroupsCloudOnly(plan.cluster, groups),
    },
  ];
}

/** After a roll that did not come through. */
export function rollAgain(run: Run & { entry: OpenEntry | null }): NextStep[] {
  return [{ ...rollStep(run), why: 'Either try the roll again, if nothing was replaced yet' }, ...wayBack(run)];
}

function putBack({ edges, plan, entry }: Run & { entry: OpenEntry | null }): NextStep {
  if (!entry?.file)
    return {
      why: 'The journal has no old spec: mend the stored one by hand (kops edit cluster), then apply it',
      command: edges.kops.commandLine.update(plan.cluster),
    };
  const args = ['rollback', entry.id, `--cluster=${plan.cluster}`, ...(edges.ownFlags ?? [])];
  return { why: 'Or go back: take the change back, and apply that', command: shellLine('kops-audit', args) };
}

const LOGS_OF_API_SERVER = 'sudo crictl logs --tail 50 "$(sudo crictl ps -a --name kube-apiserver -q | head -n 1)"';
