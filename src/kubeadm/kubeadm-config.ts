import { posix } from 'node:path';
import { readVersion } from '../cluster/release.ts';
import type { ApiServer, Mount, Read } from './api-server.ts';
import { flagOfWord } from './command-line.ts';
import { booleanOr, type Fault, keysTwice, mapOr, mapsOr, notOneOf, textOr, unknownKeys, wrongType } from './faults.ts';
import { member, members, type Part, type Place, sayingOf, textOf } from './parts.ts';

/** What kubeadm calls the group of its configurations. */
export const KUBEADM_GROUP = 'kubeadm.k8s.io';

/** A version of that API, and the minors of kubeadm that read it. */
export interface KubeadmApi {
  version: string;
  from: number;
  /** The last; null: it is read still. */
  until: number | null;
  /** From here on kubeadm warns of it. */
  deprecated: number | null;
}

/** kubeadm `app/util/config/common.go` (`validateSupportedVersion`), 1.36 and 1.37. `v1` needs `--allow-experimental-api`. */
export const KUBEADM_APIS: readonly KubeadmApi[] = [
  { version: 'v1beta1', from: 13, until: 21, deprecated: 15 },
  { version: 'v1beta2', from: 15, until: 26, deprecated: 22 },
  { version: 'v1beta3', from: 22, until: 36, deprecated: 31 },
  { version: 'v1beta4', from: 31, until: null, deprecated: null },
  { version: 'v1', from: 37, until: null, deprecated: null },
];

/** In which form a version of the API has arguments; undefined where it is not known. */
function formOf(apiVersion: string): 'list' | 'map' | undefined {
  const version = apiVersion.replace(`${KUBEADM_GROUP}/`, '');
  if (version === 'v1' || version === 'v1beta4') return 'list';
  return /^v1(?:alpha|beta)\d$/.test(version) && KUBEADM_APIS.some((api) => api.version === version)
    ? 'map'
    : undefined;
}

/** An extra argument of kube-apiserver as it stands in a configuration. */
export interface Argument {
  name: string;
  value: string;
  place: Place;
  valuePlace: Place;
}

/** `app/apis/kubeadm`, v1beta2 to v1beta4. */
const KINDS: readonly string[] = [
  'ClusterConfiguration',
  'InitConfiguration',
  'JoinConfiguration',
  'ResetConfiguration',
  'UpgradeConfiguration',
  'ClusterStatus',
];

/** Where arguments stand in each kind of configuration. */
const ARGUMENTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ClusterConfiguration: [
    ['apiServer', 'extraArgs'],
    ['controllerManager', 'extraArgs'],
    ['scheduler', 'extraArgs'],
    ['etcd', 'local', 'extraArgs'],
  ],
  InitConfiguration: [['nodeRegistration', 'kubeletExtraArgs']],
  JoinConfiguration: [['nodeRegistration', 'kubeletExtraArgs']],
};

/**
 * Reads a document of kubeadm: of a ClusterConfiguration the kube-apiserver that it makes, of any what kubeadm refuses.
 *
 * @param whole the document. @param written the same with every key that stands twice.
 */
export function readKubeadm(whole: Part, written: Part): Read {
  const kind = textOf(member(whole, 'kind')) ?? '';
  const apiVersion = textOf(member(whole, 'apiVersion')) ?? '';
  const faults = [
    ...keysTwice(written),
    ...notOneOf(whole, 'kind', KINDS, 'a kind of kubeadm, such as ClusterConfiguration'),
  ];
  const form = formOf(apiVersion);
  for (const path of ARGUMENTS[kind] ?? [])
    readArguments(argumentsAt(whole, path, faults), path.join('.'), { form, apiVersion, faults });
  if (kind !== 'ClusterConfiguration') return { server: null, faults };
  faults.push(...unknownOfCluster(whole, apiVersion));
  faults.push(...versionFaults(member(whole, 'kubernetesVersion')));
  const apiServer = member(whole, 'apiServer');
  const extra = {
    args: readArguments(member(apiServer, 'extraArgs'), '', { form, apiVersion, faults: [] }),
    volumes: readVolumes(member(apiServer, 'extraVolumes'), faults),
  };
  const place = (apiServer ?? member(whole, 'kind') ?? whole).key;
  return { server: serverOf(whole, extra, { tool: 'kubeadm', apiVersion, place, nodes: [] }), faults };
}

/** Without quotes 1.36 is a number for YAML; with them kubeadm refuses it too, as it wants all three. */
function versionFaults(version: Part | undefined): Fault[] {
  return version && textOf(version) === undefined
    ? [wrongType(version, 'kubernetesVersion', 'a release such as v1.36.3')]
    : [];
}

/** What stands at a path; what is no map on the way there is a fault. */
function argumentsAt(whole: Part, path: readonly string[], faults: Fault[]): Part | undefined {
  return path.reduce<Part | undefined>((part, key, at) => {
    const found = member(part, key);
    return at < path.length - 1 ? mapOr(found, path.slice(0, at + 1).join('.'), faults) : found;
  }, whole);
}

/** The rules by which arguments are read. */
interface Reading {
  form: 'list' | 'map' | undefined;
  apiVersion: string;
  faults: Fault[];
}

/** Reads arguments in either form; what is in the other one, or of another type, is a fault. */
export function readArguments(part: Part | undefined, path: string, { form, apiVersion, faults }: Reading): Argument[] {
  if (!part) return [];
  const { kind } = part.node;
  if (kind !== 'list' && kind !== 'map') {
    faults.push(wrongType(part, path, `a ${form ?? 'list'}`));
    return [];
  }
  if (form !== undefined && kind !== form)
    faults.push({ kind: 'args-form', key: path, apiVersion, wanted: form, place: part.key });
  return kind === 'list' ? listArguments(part, path, faults) : mapArguments(part, path, faults);
}

function listArguments(list: Part, path: string, faults: Fault[]): Argument[] {
  return mapsOr(list, path, faults, 'a map with name and value').map(({ item, path: at }) => {
    faults.push(...unknownKeys(item, at, 'name value'));
    const name = textOr(member(item, 'name'), `${at}.name`, faults);
    const value = textOr(member(item, 'value'), `${at}.value`, faults);
    return {
      name: name.text,
      value: value.text,
      place: name.place ?? item.place,
      valuePlace: value.place ?? item.place,
    };
  });
}

function mapArguments(map: Part, path: string, faults: Fault[]): Argument[] {
  return members(map).map(({ name, part }) => {
    const value = textOr(part, `${path}.${name}`, faults);
    return { name, value: value.text, place: part.key, valuePlace: value.place ?? part.place };
  });
}

/** Reads extra volumes; what is of another type is a fault. */
export function readVolumes(part: Part | undefined, faults: Fault[]): Mount[] {
  return mapsOr(part, 'apiServer.extraVolumes', faults).map(({ item, path }) => readVolume(item, path, faults));
}

function readVolume(item: Part, path: string, faults: Fault[]): Mount {
  faults.push(...unknownKeys(item, path, 'name hostPath mountPath readOnly pathType'));
  const text = (key: string): { text: string; place: Place } => {
    const { text: said, place } = textOr(member(item, key), `${path}.${key}`, faults);
    return { text: said, place: place ?? item.place };
  };
  const [name, hostPath, mountPath, pathType] = [text('name'), text('hostPath'), text('mountPath'), text('pathType')];
  const readOnly = booleanOr(member(item, 'readOnly'), `${path}.readOnly`, faults);
  return {
    volume: name.text,
    mountPath: mountPath.text,
    source: 'host',
    hostPath: hostPath.text,
    pathType: pathType.text,
    subPath: '',
    readOnly: readOnly.isTrue,
    from: 'document',
    places: {
      mount: item.place,
      volume: name.place,
      mountPath: mountPath.place,
      hostPath: hostPath.place,
      pathType: pathType.place,
      readOnly: readOnly.place ?? item.place,
    },
  };
}

/** What a configuration adds to the kube-apiserver of kubeadm. */
interface Extra {
  args: readonly Argument[];
  volumes: readonly Mount[];
}

type Around = Pick<ApiServer, 'tool' | 'apiVersion' | 'place' | 'nodes'> & {
  isPartial?: boolean;
  kubernetesVersion?: string | null;
};

/**
 * The kube-apiserver that kubeadm makes: its arguments come last and in their order (`ArgumentsToCommand`), an extra volume takes the place
 * of any before it of that name, its own included (`AddExtraHostPathMounts`, `app/phases/controlplane/volumes.go`, 1.36).
 *
 * @param whole the ClusterConfiguration.
 */
export function serverOf(whole: Part | undefined, { args, volumes }: Extra, around: Around): ApiServer {
  const mounts = new Map<string, Mount>(ownMounts(whole, around.place).map((mount) => [mount.volume, mount]));
  const replaced: ApiServer['replaced'][number][] = [];
  for (const volume of volumes) {
    const before = mounts.get(volume.volume);
    if (before) replaced.push({ mount: before, by: volume });
    mounts.set(volume.volume, volume);
  }
  return {
    kubernetesVersion: readVersion(sayingOf(member(whole, 'kubernetesVersion')) ?? ''),
    isPartial: false,
    ...around,
    flags: args.map(({ name, value, place, valuePlace }) =>
      flagOfWord({ text: `--${name}=${value}`, place }, valuePlace),
    ),
    words: [],
    mounts: [...mounts.values()].toSorted((a, b) => (a.volume < b.volume ? -1 : 1)),
    replaced,
  };
}

/** Directories with certificates that kubeadm mounts where a node has them (`caCertsExtraVolumePaths`). */
const PERHAPS = [
  '/etc/pki/ca-trust',
  '/etc/pki/tls/certs',
  '/etc/ca-certificates',
  '/usr/share/ca-certificates',
  '/usr/local/share/ca-certificates',
];

/** What kubeadm mounts by itself (`getHostPathVolumesForTheControlPlane`). */
function ownMounts(whole: Part | undefined, place: Place): Mount[] {
  const certificates = textOf(member(whole, 'certificatesDir')) || '/etc/kubernetes/pki';
  const own = (volume: string, path: string, from: Mount['from']): Mount => ({
    volume,
    mountPath: path,
    source: 'host',
    hostPath: path,
    pathType: 'DirectoryOrCreate',
    subPath: '',
    readOnly: true,
    from,
    places: { mount: place, volume: place, mountPath: place, hostPath: place, pathType: place, readOnly: place },
  });
  return [
    own('k8s-certs', certificates, 'kubeadm'),
    own('ca-certs', '/etc/ssl/certs', 'kubeadm'),
    ...etcdDirectories(whole, certificates).map((path, at) => own(`etcd-certs-${at}`, path, 'kubeadm')),
    ...PERHAPS.map((path) => own(path.slice(1).replaceAll('/', '-'), path, 'perhaps kubeadm')),
  ];
}

/** `getEtcdCertVolumes`, but for directories in one another. */
function etcdDirectories(whole: Part | undefined, certificates: string): string[] {
  const external = member(member(whole, 'etcd'), 'external');
  const directories = ['caFile', 'certFile', 'keyFile'].flatMap((key) => {
    const file = textOf(member(external, key)) ?? '';
    const directory = posix.dirname(file);
    const isMounted = [...PERHAPS, '/etc/ssl/certs', certificates].some((path) => directory.startsWith(path));
    return file === '' || isMounted ? [] : [directory];
  });
  return [...new Set(directories)].toSorted();
}

const COMMON =
  'apiVersion kind etcd networking kubernetesVersion controlPlaneEndpoint apiServer controllerManager scheduler dns certificatesDir imageRepository featureGates clusterName';
const COMPONENT = 'extraArgs extraVolumes certSANs';

/** The keys of a ClusterConfiguration and of its apiServer (kubeadm `app/apis/kubeadm/v1beta3` and `v1beta4/types.go`, 1.36). */
const KEYS: Readonly<Record<string, { top: string; apiServer: string }>> = {
  v1beta3: { top: COMMON, apiServer: `${COMPONENT} timeoutForControlPlane` },
  v1beta4: {
    top: `${COMMON} proxy encryptionAlgorithm certificateValidityPeriod caCertificateValidityPeriod`,
    apiServer: `${COMPONENT} extraEnvs`,
  },
};

function unknownOfCluster(whole: Part, apiVersion: string): Fault[] {
  const keys = KEYS[apiVersion.replace(`${KUBEADM_GROUP}/`, '')];
  if (!keys) return [];
  const apiServer = member(whole, 'apiServer');
  return [...unknownKeys(whole, '', keys.top), ...unknownKeys(apiServer, 'apiServer', keys.apiServer)];
}
