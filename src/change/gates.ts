import { NEWEST_KOPS_MINOR, isNewerThanTable } from '../cluster/kops-releases.ts';
import { compareVersions, readVersion } from '../cluster/release.ts';
import type { SpecChange } from '../cluster/spec-change.ts';
import { isObject } from '../json.ts';
import type { Finding } from '../lint/rule.ts';
import type { LiveReading, Reading } from './reading.ts';
import type { LiveSteps } from './steps.ts';

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

function olderKops({ reading }: LiveInput): Finding | null {
  const { kopsVersion, lastApplied } = reading;
  if (lastApplied === null || compareVersions(kopsVersion, lastApplied) >= 0) return null;
  return {
    rule: 'kops-older',
    severity: 'error',
    fatal: true,
    subject: '',
    message: `kops is ${kopsVersion}, but the cluster was last updated by ${lastApplied}`,
    why: 'An older kops drops the fields it does not know when it stores a spec.',
    mend: `Use kops ${lastApplied} or newer.`,
    pointer: '',
  };
}

function newerKops({ reading, steps }: LiveInput): Finding | null {
  const { kopsVersion, lastApplied } = reading;
  if (lastApplied === null || compareVersions(kopsVersion, lastApplied) <= 0) return null;
  return {
    rule: 'kops-upgrade',
    severity: steps.yes && steps.update && !steps.allowKopsUpgrade ? 'error' : 'warning',
    fatal: false,
    subject: '',
    message: `kops is ${kopsVersion}, and the cluster was last updated by ${lastApplied}`,
    why: '`kops update` also upgrades whatever the older release set up, not only auditing.',
    mend: `Use kops ${lastApplied}, or accept the upgrade with --allow-kops-upgrade.`,
    pointer: '',
  };
}

/** `kops version --server` came with 1.24 (`cmd/kops/version.go`); before, and only in some stores, it is a file nobody but kops can read. */
function unknownLast({ reading }: LiveInput): Finding | null {
  if (reading.lastApplied !== null || compareVersions(reading.kopsVersion, '1.24.0') >= 0) return null;
  return {
    rule: 'kops-last-unknown',
    severity: 'info',
    fatal: false,
    subject: '',
    message: `kops ${reading.kopsVersion} does not tell which release last updated the cluster`,
    why: 'If it was a newer one, this kops drops the fields it does not know when it stores a spec.',
    mend: 'Make sure that nobody updated the cluster with a newer kops, or use 1.24 or newer.',
    pointer: '',
  };
}

function unknownKops({ reading }: { reading: Reading }): Finding | null {
  const { kopsVersion } = reading;
  if (kopsVersion === null || !isNewerThanTable(kopsVersion)) return null;
  return {
    rule: 'kops-unknown',
    severity: 'warning',
    fatal: false,
    subject: '',
    message: `kops ${kopsVersion} is newer than this program knows (${NEWEST_KOPS_MINOR})`,
    why: 'It is treated as the newest known release; paths and roles may have changed since.',
    mend: 'Look for a newer kops-audit.',
    pointer: '',
  };
}

function pendingChanges({ reading, plan, steps }: LiveInput): Finding | null {
  if (plan.operations.length === 0 || !reading.baseline || reading.baseline.upToDate) return null;
  const names = reading.baseline.changes.map(({ kind, name }) => [kind, name].filter(Boolean).join('/'));
  const more = names.length > 4 ? ` and ${names.length - 4} more` : '';
  return {
    rule: 'pending-changes',
    severity: steps.yes && !steps.includePending ? 'error' : 'warning',
    fatal: false,
    subject: '',
    message: `\`kops update\` has other changes to apply already: ${names.slice(0, 4).join(', ') || 'not readable'}${more}`,
    why: 'kops applies all pending changes at once; it cannot apply only ours.',
    mend: 'Apply or take back those first, or take them along with --include-pending.',
    pointer: '',
  };
}

function apiDowntime({ plan, steps }: LiveInput): Finding | null {
  if (!steps.rollingUpdate || plan.controlPlaneInstances === null || plan.controlPlaneInstances > 1) return null;
  return {
    rule: 'api-downtime',
    severity: steps.yes && !steps.allowApiDowntime ? 'error' : 'warning',
    fatal: false,
    subject: '',
    message: 'the control plane has one instance: the API is down during the roll',
    why: 'Nobody can use the API until the new instance answers, ten minutes or more; what runs already runs on.',
    mend: 'Accept it with --allow-api-downtime, or roll later without --rolling-update.',
    pointer: '',
  };
}

function terraformTarget({ reading, steps }: LiveInput): Finding | null {
  const target = reading.cluster.spec['target'];
  if (!isObject(target) || target['terraform'] === undefined || steps.target) return null;
  return {
    rule: 'terraform-target',
    severity: 'warning',
    fatal: false,
    subject: '',
    message: 'spec.target.terraform is set: this cluster may be managed by Terraform',
    why: 'A direct `kops update` then changes things behind the back of Terraform.',
    mend: 'Give --target terraform --out DIR, or --no-update to store the spec only.',
    pointer: '/spec/target/terraform',
  };
}

function unknownGroups({ plan, reading }: { plan: SpecChange; reading: Reading }): Finding | null {
  if (reading.groups.length > 0 && plan.facts.distribution !== 'unknown') return null;
  const none = reading.groups.length === 0;
  return {
    rule: 'groups-unknown',
    severity: 'info',
    fatal: false,
    subject: '',
    message: none
      ? 'the instance groups are not in this input'
      : 'not every group that runs an API server names its image',
    why: 'Whether they run Container-Optimized OS, have file assets of their own, or which of them become outdated was not checked.',
    mend: none ? 'Give the groups along: kops get all --name NAME -o yaml' : 'Name the image in each instance group.',
    pointer: '',
  };
}

/** The kOps release a person gave with `--kops-version`, checked against the oldest we know. */
export function isSupportedKops(text: string, oldest: string): boolean {
  const version = readVersion(text);
  return version !== null && compareVersions(version, oldest) >= 0;
}
