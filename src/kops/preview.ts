import { groupRole } from '../cluster/groups.ts';
import type { KopsObject } from '../cluster/types.ts';

/** `unknown` is a line of the preview that could not be read. */
type PreviewAction = 'create' | 'modify' | 'delete' | 'unknown';

/** One resource of a preview. */
export interface PreviewChange {
  action: PreviewAction;
  /** The kind of task or resource, e.g. `ManagedFile`, `LaunchTemplate`. Empty for `unknown`. */
  kind: string;
  /** The name, e.g. `cluster-completed.spec`. */
  name: string;
  /** Its lines in the preview, the first one included, free of control characters but for tabs. May hold secrets. */
  text: string;
}

export interface ParsedPreview {
  /** kops said that there is nothing to apply, and showed nothing. */
  upToDate: boolean;
  /** Every line was of a known form and the verdict fits the changes. */
  understood: boolean;
  changes: PreviewChange[];
}

export interface Preview extends ParsedPreview {
  /** All that kops printed on stdout, free of control characters but for tabs and line ends. May hold secrets. */
  text: string;
}

/** What the changes of a preview reach. */
export interface ClassifiedChanges {
  /** Resources of the instance groups that run an API server. */
  controlPlane: PreviewChange[];
  /** The cluster's own files in the state store that an audit change rewrites. */
  managedFiles: PreviewChange[];
  /** All else, and whatever was not understood. */
  other: PreviewChange[];
}

/** The headings of kOps' report (`upup/pkg/fi/dryrun_target.go`, releases 1.19 to 1.36; "Will delete items" before `--prune` came). */
const HEADINGS: Readonly<Record<string, PreviewAction>> = {
  'Will create resources:': 'create',
  'Will modify resources:': 'modify',
  'Will delete items:': 'delete',
  'Items will be deleted during update:': 'delete',
  'Items will be deleted only when the --prune flag is specified:': 'delete',
};

/** The last line of a preview (`cmd/kops/update_cluster.go`, releases 1.19 to 1.36). */
const PENDING = 'Must specify --yes to apply changes';
const NOTHING = 'No changes need to be applied';

const RESOURCE = /^ {2}([A-Z]\w*)\/(\S.*)$/;
const DELETION = /^ {2}(\S+) +(\S.*)$/;
const FIELD = /^ {2}\t/;
const INCONSISTENT = /^ {3}(internal consistency error!$| (actual|expect|change): )/;

interface Reader {
  changes: PreviewChange[];
  /** The section we are in; undefined in the banners before the first. */
  section: PreviewAction | undefined;
  /** The resource whose fields may follow. */
  current: PreviewChange | undefined;
}

/**
 * Takes the stdout of `kops update cluster` without `--yes`, free of control characters; gives the resources it names.
 * Banners come first and are passed over. A line of no known form becomes a change `unknown`, and the preview is not understood:
 * a file's own text can look like anything, so nothing is guessed. Errors: none.
 */
export function parsePreview(stdout: string): ParsedPreview {
  const lines = stdout.split('\n').map((line) => line.replace(/\r$/, ''));
  const last = lines.findLastIndex((line) => line.trim() !== '');
  const verdict = lines[last] ?? '';
  const hasVerdict = verdict === PENDING || verdict === NOTHING;
  const changes = readChanges(hasVerdict ? lines.slice(0, last) : lines);
  const fits = verdict === PENDING ? changes.length > 0 : verdict === NOTHING && changes.length === 0;
  const understood = fits && changes.every(({ action }) => action !== 'unknown');
  return { upToDate: verdict === NOTHING && changes.length === 0, understood, changes };
}

function readChanges(lines: string[]): PreviewChange[] {
  const reader: Reader = { changes: [], section: undefined, current: undefined };
  for (const line of lines) readLine(reader, line);
  return reader.changes;
}

function readLine(reader: Reader, line: string): void {
  const section = Object.hasOwn(HEADINGS, line) ? HEADINGS[line] : undefined;
  if (section !== undefined) {
    reader.section = section;
    reader.current = undefined;
  } else if (line.trim() === '' && !FIELD.test(line)) {
    reader.current = undefined;
  } else if (reader.section === undefined) {
    readBanner(reader, line);
  } else {
    readBody(reader, reader.section, line);
  }
}

/** A heading or a resource we do not know must not pass for a banner. */
function readBanner(reader: Reader, line: string): void {
  const looksLikeReport = RESOURCE.test(line) || FIELD.test(line) || /^(Will|Items) .*:$/.test(line);
  if (looksLikeReport || line === PENDING || line === NOTHING) addUnknown(reader, line);
}

function readBody(reader: Reader, action: PreviewAction, line: string): void {
  const match = (action === 'delete' ? DELETION : RESOURCE).exec(line);
  if (match) {
    reader.current = { action, kind: match[1] ?? '', name: (match[2] ?? '').trim(), text: line };
    reader.changes.push(reader.current);
  } else if (reader.current !== undefined && (FIELD.test(line) || INCONSISTENT.test(line))) {
    reader.current.text += `\n${line}`;
  } else {
    addUnknown(reader, line);
  }
}

function addUnknown(reader: Reader, line: string): void {
  reader.changes.push({ action: 'unknown', kind: '', name: '', text: line });
}

interface Group {
  name: string;
  role: 'ControlPlane' | 'APIServer';
  cluster: string;
}

type IsOwn = (name: string, group: Group) => boolean;

/** How kOps names what belongs to one instance group (`pkg/model/` of release 1.36). */
const GROUP_RESOURCES: Readonly<Record<string, IsOwn>> = {
  // awsmodel/autoscalinggroup.go, awsmodel/spotinst.go, azuremodel/vmscaleset.go, domodel/droplets.go
  LaunchTemplate: isScalingGroup,
  AutoscalingGroup: isScalingGroup,
  WarmPool: isScalingGroup,
  Elastigroup: isScalingGroup,
  LaunchSpec: isScalingGroup,
  VMScaleSet: isScalingGroup,
  Droplet: isScalingGroup,
  // gcemodel/autoscalinggroup.go
  InstanceTemplate: (name, group) => name === gceName(group),
  InstanceGroupManager: isGceManager,
  // hetznermodel/servers.go, scalewaymodel/instances.go
  ServerGroup: (name, group) => name === group.name,
  // openstackmodel/servergroup.go and scalewaymodel/instances.go
  Instance: (name, group) => name === group.name || isOpenstackInstance(name, group),
};

/** What kOps writes to the state store for one group (`pkg/model/bootstrapscript.go`, releases 1.22 to 1.36). */
const GROUP_FILES: Readonly<Record<string, IsOwn>> = {
  ManagedFile: (name, group) => name === `nodeupconfig-${group.name}` || name === `nodeupscript-${group.name}`,
};

/**
 * Takes a parsed preview, all instance groups and the cluster's name; gives what reaches only the groups that run an API server, what is one of
 * the cluster's own files that an audit change rewrites, and all else. A deletion, an unknown line, and a resource whose name is not exactly
 * what kOps makes of such a group's name are "all else": so are add-on and etcd manifests and `kops-version.txt`, which auditing never touches.
 *
 * @param changesAddons the change is of `spec.addons`: then the pod that applies them is the cluster's own file too.
 */
export function classifyChanges(
  preview: ParsedPreview,
  groups: readonly KopsObject[],
  clusterName: string,
  changesAddons = false,
): ClassifiedChanges {
  const own = groups.flatMap((group) => apiServerGroup(group, clusterName));
  const classified: ClassifiedChanges = { controlPlane: [], managedFiles: [], other: [] };
  for (const change of preview.changes) classified[placeOf(change, own, changesAddons)].push(change);
  return classified;
}

function apiServerGroup(group: KopsObject, cluster: string): Group[] {
  const role = groupRole(group.spec['role']);
  return role === 'ControlPlane' || role === 'APIServer' ? [{ name: group.metadata.name, role, cluster }] : [];
}

/** The pod that applies `spec.addons` (`pkg/model/components/channels/model.go`, since 1.36). */
const ADDONS_POD = 'manifests-channels-kops-channels';

function placeOf(change: PreviewChange, groups: readonly Group[], changesAddons: boolean): keyof ClassifiedChanges {
  if (change.action !== 'create' && change.action !== 'modify') return 'other';
  if (change.kind === 'ManagedFile' && change.name === 'cluster-completed.spec') return 'managedFiles';
  if (changesAddons && change.kind === 'ManagedFile' && change.name === ADDONS_POD) return 'managedFiles';
  if (belongs(GROUP_FILES, change, groups)) return 'managedFiles';
  return belongs(GROUP_RESOURCES, change, groups) ? 'controlPlane' : 'other';
}

function belongs(table: Readonly<Record<string, IsOwn>>, change: PreviewChange, groups: readonly Group[]): boolean {
  const isOwn = Object.hasOwn(table, change.kind) ? table[change.kind] : undefined;
  return isOwn !== undefined && groups.some((group) => isOwn(change.name, group));
}

/** `AutoscalingGroupName` in `pkg/model/names.go`, release 1.36. */
function isScalingGroup(name: string, group: Group): boolean {
  const middle = group.role === 'ControlPlane' ? 'masters' : 'apiservers';
  return name === `${group.name}.${middle}.${group.cluster}`;
}

/** `SafeObjectName` in `upup/pkg/fi/cloudup/gce/utils.go`. */
function gceName(group: Group): string {
  return `${group.name}-${group.cluster}`.replaceAll('.', '-');
}

/** `NameForInstanceGroupManager`: the zone's letter first. Names over 63 letters are cut and hashed, and not known again here. */
function isGceManager(name: string, group: Group): boolean {
  return name.endsWith(`-${gceName(group)}`) && /^[a-z]\d?$/.test(name.slice(0, -gceName(group).length - 1));
}

/** `group-1-cluster` in lower case, dots and underscores as dashes. */
function isOpenstackInstance(name: string, group: Group): boolean {
  const start = `${group.name}-`.replaceAll(/[._]/g, '-').toLowerCase();
  const end = `-${group.cluster}`.replaceAll(/[._]/g, '-').toLowerCase();
  return name.startsWith(start) && name.endsWith(end) && /^\d+$/.test(name.slice(start.length, -end.length));
}
