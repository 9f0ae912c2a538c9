import { posix } from 'node:path';
import { splitDocuments } from '../cluster/sections.ts';
import { compareVersions } from '../cluster/release.ts';
import { type ControlNode, imageVersion, type Mount, type Read } from './api-server.ts';
import {
  type Fault,
  itemsOr,
  keysTwice,
  mapOr,
  mapsOr,
  notOneOf,
  type PatchEffect,
  textOr,
  unknownKeys,
} from './faults.ts';
import { type Argument, KUBEADM_GROUP, readArguments, readVolumes, serverOf } from './kubeadm-config.ts';
import { items, member, type Part, readInner, textOf } from './parts.ts';

/** What kind calls the group of its configurations. */
export const KIND_GROUP = 'kind.x-k8s.io';

const KIND_API = `${KIND_GROUP}/v1alpha4`;
const PATCHES = 'kubeadmConfigPatches';

/**
 * Reads a cluster of kind: the kube-apiserver that its patches make of what kind writes (kind 0.33.0, `pkg/internal/patch`,
 * `pkg/cluster/internal/create/actions/config`). The first node of the control plane counts: the others join it, and kubeadm takes its
 * ClusterConfiguration for them.
 *
 * @param source the text of the document. @param whole the document. @param written the same with every key that stands twice.
 * @param kubernetesVersion that of the nodes; null: what their images say.
 */
export function readKind(source: string, whole: Part, written: Part, kubernetesVersion: string | null): Read {
  const faults = [...keysTwice(written), ...headFaults(whole), ...unknownKeys(whole, '', TOP)];
  const nodes = nodesOf(whole, faults).filter(
    (node) => (textOf(member(node, 'role')) || 'control-plane') === 'control-plane',
  );
  const [first] = nodes;
  const version = kubernetesVersion ?? imageVersion(first);
  const isPartial = hasJsonPatch(whole, first);
  const target: Target = { api: apiOf(version), isSure: version !== null, args: new Map(), volumes: [], faults };
  for (const part of [whole, first])
    for (const [at, patch] of itemsOr(member(part, PATCHES), PATCHES, faults).entries())
      applyText(source, patch, `${PATCHES}[${at}]`, target);
  const patches = member(first, PATCHES) ?? member(whole, PATCHES);
  const place = (patches ?? first ?? member(whole, 'kind') ?? whole).key;
  const extra = { args: [...target.args.values()], volumes: target.volumes };
  const apiVersion = `${KUBEADM_GROUP}/${target.api}`;
  const around = { tool: 'kind' as const, apiVersion, place, isPartial, kubernetesVersion: version };
  const known = nodes.length === 0 ? [{ paths: [], place }] : nodes.flatMap(controlNode);
  return { server: serverOf(undefined, extra, { ...around, nodes: known }), faults };
}

/** The configuration that patches change: what counts of it here. */
interface Target {
  api: string;
  /** The release of the node is known, and so is the version of the API. */
  isSure: boolean;
  args: Map<string, Argument>;
  volumes: readonly Mount[];
  faults: Fault[];
}

/** The version of kubeadm's API that kind 0.32 and later write for a node; of one that is not known that of the newest. */
function apiOf(kubernetesVersion: string | null): string {
  if (kubernetesVersion === null || compareVersions(kubernetesVersion, '1.36.0-0') >= 0) return 'v1beta4';
  return compareVersions(kubernetesVersion, '1.23.0-0') >= 0 ? 'v1beta3' : 'v1beta2';
}

function applyText(source: string, patch: Part, path: string, target: Target): void {
  const { text } = textOr(patch, path, target.faults);
  for (const { start, end } of splitDocuments(text)) {
    const { part, problem } = readInner(source, patch, start, end);
    if (problem !== undefined) target.faults.push({ kind: 'unread', problem, place: patch.place });
    const map = mapOr(part, path, target.faults);
    if (map) applyPatch(map, target);
  }
}

function applyPatch(patch: Part, target: Target): void {
  const apiServer = member(patch, 'apiServer');
  if (!apiServer) return;
  const kind = member(patch, 'kind');
  const apiVersion = member(patch, 'apiVersion');
  const args = member(apiServer, 'extraArgs');
  const form = args?.node.kind === 'list' || args?.node.kind === 'map' ? args.node.kind : null;
  const version = textOf(apiVersion) ?? '';
  const misfit: Misfit | undefined =
    textOf(kind) === 'ClusterConfiguration' ? misfitOf(version, form, target) : { effect: 'kind', isSure: true };
  if (misfit) {
    const { place } = apiVersion ?? kind ?? patch;
    target.faults.push({ kind: 'patch', apiVersion: version, form, place, ...misfit });
  }
  if (misfit?.isSure && misfit.effect !== 'flags-dropped' && misfit.effect !== 'refused') return;
  if (misfit?.effect !== 'flags-dropped')
    for (const argument of readArguments(args, 'apiServer.extraArgs', {
      form: undefined,
      apiVersion: version,
      ...target,
    }))
      target.args.set(argument.name, argument);
  const volumes = member(apiServer, 'extraVolumes');
  if (volumes) target.volumes = readVolumes(volumes, target.faults);
}

/** That a patch does not do what it says, and whether that is sure or only so for some node images. */
interface Misfit {
  effect: PatchEffect;
  isSure: boolean;
}

/**
 * A patch with a version changes only what has that version; flags are merged by name, a map of them as a list only from a patch without a
 * version (`matches` and `mergeExtraArgs`). Volumes are replaced as a whole, as in any JSON merge patch.
 */
function misfitOf(apiVersion: string, form: 'list' | 'map' | null, { api, isSure }: Target): Misfit | undefined {
  const version = apiVersion.replace(`${KUBEADM_GROUP}/`, '');
  if (!['', 'v1beta2', 'v1beta3', 'v1beta4'].includes(version)) return { effect: 'ignored', isSure: true };
  if (version === 'v1beta4' && api === 'v1beta4' && form === 'map') return { effect: 'flags-dropped', isSure: true };
  if (isSure) {
    if (version !== '' && version !== api) return { effect: 'ignored', isSure };
    return form === 'list' && api !== 'v1beta4' ? { effect: 'refused', isSure } : undefined;
  }
  if (version !== '') return { effect: 'ignored', isSure };
  return form === 'list' ? { effect: 'refused', isSure } : undefined;
}

/** A JSON patch can do anything with the flags and volumes. */
function hasJsonPatch(whole: Part, node: Part | undefined): boolean {
  return [whole, node].some((part) =>
    items(member(part, 'kubeadmConfigPatchesJSON6902')).some(
      (patch) => textOf(member(patch, 'kind')) === 'ClusterConfiguration',
    ),
  );
}

/** What kind puts into a node; of an image that is not kind's own, which may bring files, nothing is known. */
function controlNode(node: Part): ControlNode[] {
  const image = textOf(member(node, 'image'));
  if (image && !/^(?:docker\.io\/)?kindest\/node[:@]/.test(image)) return [];
  const mounts = member(node, 'extraMounts');
  const paths = items(mounts).flatMap((mount) => textOf(member(mount, 'containerPath')) ?? []);
  return [
    { paths: paths.map((path) => posix.resolve('/', path)), place: (mounts ?? member(node, 'role') ?? node).key },
  ];
}

/** An empty one is control-plane (`SetDefaultsNode`). */
const ROLES = ['', 'control-plane', 'worker'];
const TOP =
  'kind apiVersion name nodes networking featureGates runtimeConfig kubeadmConfigPatches kubeadmConfigPatchesJSON6902 containerdConfigPatches containerdConfigPatchesJSON6902';
const NODE = 'role image labels extraMounts extraPortMappings kubeadmConfigPatches kubeadmConfigPatchesJSON6902';
const MOUNT = 'containerPath hostPath readOnly selinuxRelabel propagation';

/** kind reads one version, and one kind (`internal/apis/config/encoding/load.go`). */
function headFaults(whole: Part): Fault[] {
  return [...notOneOf(whole, 'apiVersion', [KIND_API], KIND_API), ...notOneOf(whole, 'kind', ['Cluster'], 'Cluster')];
}

/** The nodes; of what kind refuses in them (`pkg/apis/config/v1alpha4/types.go`) the faults. */
function nodesOf(whole: Part, faults: Fault[]): Part[] {
  return mapsOr(member(whole, 'nodes'), 'nodes', faults).map(({ item: node, path }) => {
    faults.push(...unknownKeys(node, path, NODE));
    if (member(node, 'role')) faults.push(...notOneOf(node, 'role', ROLES, 'control-plane or worker', `${path}.role`));
    for (const mount of mapsOr(member(node, 'extraMounts'), `${path}.extraMounts`, faults))
      faults.push(...unknownKeys(mount.item, mount.path, MOUNT));
    return node;
  });
}
