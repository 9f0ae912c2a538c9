import { NEWEST_KOPS_MINOR, isNewerThanTable } from '../cluster/kops-releases.ts';
import { compareVersions } from '../cluster/release.ts';
import type { SpecChange } from '../cluster/spec-change.ts';
import { isObject } from '../json.ts';
import { type Finding, type Heading, tells } from '../lint/rule.ts';
import type { LiveReading, LiveSteps, Reading } from './change.ts';

/** A check on the circumstances of a change, rather than on the spec. Null: nothing to say. */
type Gate<Input> = (input: Input) => Finding | null;

interface LiveInput {
  reading: LiveReading;
  plan: SpecChange;
  steps: LiveSteps;
}

/** What speaks against changing a cluster in its state store now (design: kOps version, other people's changes, the roll). */
export function liveGates(reading: LiveReading, plan: SpecChange, steps: LiveSteps): Finding[] {
  return run([olderKops, newerKops, unknownLast, unknownKops, pendingChanges, apiDowntime, terraformTarget], {
    reading,
    plan,
    steps,
  });
}

/** What speaks against changing a cluster in a file, or cannot be judged there. */
export function fileGates(reading: Reading, plan: SpecChange): Finding[] {
  return run([unknownKops, unknownGroups], { reading, plan });
}

function run<Input>(gates: readonly Gate<Input>[], input: Input): Finding[] {
  return gates.map((gate) => gate(input)).filter((finding) => finding !== null);
}

/** Two releases of kOps: the one at hand, and the one that last updated the cluster. */
type Releases = { kopsVersion: string; lastApplied: string };

const KOPS_OLDER = tells<Releases>({
  id: 'kops-older',
  severity: 'error',
  fatal: true,
  why: 'An older kops drops the fields it does not know when it stores a spec.',
  say: ({ kopsVersion, lastApplied }) => ({
    message: `kops is ${kopsVersion}, but the cluster was last updated by ${lastApplied}`,
    fix: `Use kops ${lastApplied} or newer.`,
  }),
});

function olderKops({ reading }: LiveInput): Finding | null {
  const { kopsVersion, lastApplied } = reading;
  if (lastApplied === null || compareVersions(kopsVersion, lastApplied) >= 0) return null;
  return KOPS_OLDER.found({ kopsVersion, lastApplied });
}

const KOPS_UPGRADE = tells<Releases>({
  id: 'kops-upgrade',
  severity: 'warning',
  fatal: false,
  why: '`kops update` also upgrades whatever the older release set up, not only auditing.',
  say: ({ kopsVersion, lastApplied }) => ({
    message: `kops is ${kopsVersion}, and the cluster was last updated by ${lastApplied}`,
    fix: `Use kops ${lastApplied}, or accept the upgrade with --allow-kops-upgrade.`,
  }),
});

function newerKops({ reading, steps }: LiveInput): Finding | null {
  const { kopsVersion, lastApplied } = reading;
  if (lastApplied === null || compareVersions(kopsVersion, lastApplied) <= 0) return null;
  return KOPS_UPGRADE.found(
    { kopsVersion, lastApplied },
    stopsIf(steps.yes && steps.update && !steps.allowKopsUpgrade),
  );
}

/** What a person may accept, and `--yes` alone does not. */
function stopsIf(isRefused: boolean): Pick<Finding, 'severity'> {
  return { severity: isRefused ? 'error' : 'warning' };
}

const LAST_UNKNOWN = tells<{ kopsVersion: string }>({
  id: 'kops-last-unknown',
  severity: 'info',
  fatal: false,
  why: 'If it was a newer one, this kops drops the fields it does not know when it stores a spec.',
  say: ({ kopsVersion }) => ({
    message: `kops ${kopsVersion} cannot tell which release last updated the cluster`,
    fix: 'Make sure that nobody updated the cluster with a newer kops, or use 1.24 or newer.',
  }),
});

/** `kops version --server` came with 1.24 (`cmd/kops/version.go`); before, and only in some stores, it is a file nobody but kops can read. */
function unknownLast({ reading: { kopsVersion, lastApplied } }: LiveInput): Finding | null {
  if (lastApplied !== null || compareVersions(kopsVersion, '1.24.0') >= 0) return null;
  return LAST_UNKNOWN.found({ kopsVersion });
}

const KOPS_UNKNOWN = tells<{ kopsVersion: string }>({
  id: 'kops-unknown',
  severity: 'warning',
  fatal: false,
  why: 'It is treated as the newest known release; paths and roles may have changed since.',
  say: ({ kopsVersion }) => ({
    message: `kops ${kopsVersion} is newer than this program knows (${NEWEST_KOPS_MINOR})`,
    fix: 'Look for a newer kops-audit.',
  }),
});

function unknownKops({ reading: { kopsVersion } }: { reading: Reading }): Finding | null {
  if (kopsVersion === null || !isNewerThanTable(kopsVersion)) return null;
  return KOPS_UNKNOWN.found({ kopsVersion });
}

const PENDING_CHANGES = tells<{ names: readonly string[]; isOurs: boolean }>({
  id: 'pending-changes',
  severity: 'warning',
  fatal: false,
  why: 'kops applies all pending changes at once; it cannot apply only ours.',
  say: ({ names, isOurs }) => {
    const which = isOurs
      ? 'changes to apply, among them perhaps the one that is taken back'
      : 'other changes to apply already';
    const more = names.length > 4 ? ` and ${names.length - 4} more` : '';
    return {
      message: `\`kops update\` has ${which}: ${names.slice(0, 4).join(', ') || 'not readable'}${more}`,
      fix: isOurs
        ? 'Look at them in the preview above; if all are of that change, add --include-pending.'
        : 'Apply or undo those first, or include them with --include-pending.',
    };
  },
});

function pendingChanges({ reading, plan, steps }: LiveInput): Finding | null {
  if (plan.operations.length === 0 || !reading.baseline || reading.baseline.upToDate) return null;
  if (plan.undoesPending === 'all') return null;
  const names = reading.baseline.changes.map(({ kind, name }) => [kind, name].filter(Boolean).join('/'));
  return PENDING_CHANGES.found(
    { names, isOurs: plan.undoesPending === 'part' },
    stopsIf(steps.yes && !steps.includePending),
  );
}

const API_DOWNTIME = tells({
  id: 'api-downtime',
  severity: 'warning',
  fatal: false,
  why: 'Nobody can use the API until the new instance answers, ten minutes or more; running workloads keep running.',
  say: () => ({
    message: 'the control plane has one instance: the API is down during the roll',
    fix: 'Accept it with --allow-api-downtime, or roll later without --rolling-update.',
  }),
});

function apiDowntime({ plan, steps }: LiveInput): Finding | null {
  if (!steps.rollingUpdate || plan.controlPlaneInstances === null || plan.controlPlaneInstances > 1) return null;
  return API_DOWNTIME.found({}, stopsIf(steps.yes && !steps.allowApiDowntime));
}

const TERRAFORM_TARGET = tells({
  id: 'terraform-target',
  severity: 'warning',
  fatal: false,
  why: 'A direct `kops update` then changes things that Terraform does not know of.',
  say: () => ({
    message: 'spec.target.terraform is set: this cluster may be managed by Terraform',
    fix: 'Give --target terraform --out DIR, or --no-update to store the spec only.',
  }),
});

function terraformTarget({ reading, steps }: LiveInput): Finding | null {
  const target = reading.cluster.spec['target'];
  if (!isObject(target) || target['terraform'] === undefined || steps.target) return null;
  return TERRAFORM_TARGET.found({}, { pointer: '/spec/target/terraform' });
}

const GROUPS_UNKNOWN = tells<{ none: boolean }>({
  id: 'groups-unknown',
  severity: 'info',
  fatal: false,
  why: 'Whether they run Container-Optimized OS, have file assets of their own, or which of them become outdated was not checked.',
  say: ({ none }) =>
    none
      ? {
          message: 'the instance groups are not in this input',
          fix: 'Add the groups: kops get all --name NAME -o yaml',
        }
      : {
          message: 'not every group that runs an API server names its image',
          fix: 'Name the image in each instance group.',
        },
});

function unknownGroups({ plan, reading }: { plan: SpecChange; reading: Reading }): Finding | null {
  if (reading.groups.length > 0 && plan.facts.distribution !== 'unknown') return null;
  return GROUPS_UNKNOWN.found({ none: reading.groups.length === 0 });
}

/** All that these can say: docs/findings.md has a section for each. */
export const GATE_RULES: readonly Heading[] = [
  KOPS_OLDER,
  KOPS_UPGRADE,
  LAST_UNKNOWN,
  KOPS_UNKNOWN,
  PENDING_CHANGES,
  API_DOWNTIME,
  TERRAFORM_TARGET,
  GROUPS_UNKNOWN,
];
