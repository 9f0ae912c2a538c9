import { posix } from 'node:path';
import { readVersion } from '../cluster/release.ts';
import { type ApiServer, type Fault, foundIn, type Mount, notBoolean, type Read, textOr } from './api-server.ts';
import { readCommandLine, shellWords, type Word, wordsOf } from './command-line.ts';
import { items, member, type Part, type Place, textOf } from './parts.ts';

/**
 * Reads the manifest of a pod that runs kube-apiserver, as the kubelet does. undefined: no container of it does.
 *
 * @param pod the whole document.
 */
export function readStaticPod(pod: Part): Read | undefined {
  const spec = member(pod, 'spec');
  const container = items(member(spec, 'containers')).find(runsApiServer);
  if (!spec || !container) return undefined;
  const faults: Fault[] = [];
  const words = [...commandWords(container, 'command', faults), ...commandWords(container, 'args', faults)];
  faults.push(...refusedVolumes(spec));
  const { line, isPartial } = ofServer(words);
  const { flags, words: others } = readCommandLine(line);
  const server: ApiServer = {
    tool: 'pod',
    apiVersion: '',
    kubernetesVersion: versionOf(container),
    flags,
    words: others.map(({ text, place }) => ({ word: text, place })),
    mounts: mountsOf(container, spec, faults),
    replaced: [],
    isPartial,
    nodes: [],
    place: (member(container, 'command') ?? member(container, 'args') ?? container).key,
  };
  return { server, faults };
}

const PROGRAM = /^(?:kube-apiserver|apiserver)$/;

function runsApiServer(container: Part): boolean {
  if (textOf(member(container, 'name')) === 'kube-apiserver') return true;
  const words = [...items(member(container, 'command')), ...items(member(container, 'args'))];
  return words.some((word) => /(?:^|[\s/])kube-apiserver(?:\s|$)/.test(textOf(word) ?? ''));
}

function commandWords(container: Part, key: 'command' | 'args', faults: Fault[]): Word[] {
  const part = member(container, key);
  if (part && part.node.kind !== 'list')
    faults.push({ kind: 'wrong-type', path: key, wanted: 'a list', place: part.place, ...foundIn(part) });
  for (const [at, item] of items(part).entries()) textOr(item, `${key}[${at}]`, faults);
  return wordsOf(items(part));
}

/** The words behind the program's name. What wraps it, as `/go-runner` of kOps does, stands before; a shell has all in one word. */
function ofServer(words: readonly Word[]): { line: Word[]; isPartial: boolean } {
  const at = words.findIndex(({ text }) => PROGRAM.test(posix.basename(text)));
  if (at !== -1) return { line: words.slice(at + 1), isPartial: false };
  const script = words.find(({ text }) => /\s/.test(text) && /(?:^|[\s/])kube-apiserver\s/.test(text));
  if (!script) return { line: words.filter(({ text }) => text.startsWith('-')), isPartial: false };
  const inner = shellWords(script);
  const from = inner.findIndex(({ text }) => PROGRAM.test(posix.basename(text)));
  return { line: inner.slice(from + 1).filter(({ text }) => text.startsWith('--')), isPartial: true };
}

/** The release that the tag of the image says. */
function versionOf(container: Part): string | null {
  const [, tag = ''] = /:(v\d+\.\d+\.\d+(?:-[\w.]+)?)(?:[-_@]|$)/.exec(textOf(member(container, 'image')) ?? '') ?? [];
  return readVersion(tag);
}

function mountsOf(container: Part, spec: Part, faults: Fault[]): Mount[] {
  const volumes = new Map(items(member(spec, 'volumes')).map((volume) => [textOf(member(volume, 'name')), volume]));
  return items(member(container, 'volumeMounts')).map((part, at) => {
    const path = `volumeMounts[${at}]`;
    const name = textOr(member(part, 'name'), `${path}.name`, faults);
    const mountPath = textOr(member(part, 'mountPath'), `${path}.mountPath`, faults);
    const subPath = member(part, 'subPath') ?? member(part, 'subPathExpr');
    const readOnly = member(part, 'readOnly');
    if (readOnly && readOnly.node.kind !== 'boolean') faults.push(notBoolean(readOnly, `${path}.readOnly`));
    return {
      volume: name.text,
      mountPath: mountPath.text,
      subPath: textOr(subPath, `${path}.subPath`, faults).text,
      readOnly: readOnly?.node.kind === 'boolean' && readOnly.node.value,
      from: 'document' as const,
      ...behind(volumes.get(name.text), part.place, faults, {
        mount: part.place,
        mountPath: mountPath.place ?? part.place,
        readOnly: readOnly?.place ?? part.place,
      }),
    };
  });
}

type Behind = Pick<Mount, 'source' | 'hostPath' | 'pathType' | 'places'>;

/** The volume that a mount shows. */
function behind(
  volume: Part | undefined,
  mount: Place,
  faults: Fault[],
  places: Pick<Mount['places'], 'mount' | 'mountPath' | 'readOnly'>,
): Behind {
  const host = member(volume, 'hostPath');
  const named = { ...places, volume: member(volume, 'name')?.place ?? mount };
  const at = volume?.place ?? mount;
  if (!host) {
    const source = !volume ? 'none' : member(volume, 'emptyDir') ? 'empty' : emptyOrOther(volume);
    return { source, hostPath: '', pathType: '', places: { ...named, hostPath: at, pathType: at } };
  }
  const path = textOr(member(host, 'path'), 'hostPath.path', faults);
  const type = textOr(member(host, 'type'), 'hostPath.type', faults);
  return {
    source: 'host',
    hostPath: path.text,
    pathType: type.text,
    places: { ...named, hostPath: path.place ?? host.key, pathType: type.place ?? path.place ?? host.key },
  };
}

// A volume with nothing but its name is an emptyDir (`SetDefaults_Volume` of Kubernetes `pkg/apis/core/v1/defaults.go`).
function emptyOrOther({ node }: Part): 'empty' | 'other' {
  const keys = node.kind === 'map' ? node.entries.filter(({ key }) => key !== 'name') : [];
  return keys.every(({ key, value }) => key === 'emptyDir' || value.kind === 'null') ? 'empty' : 'other';
}

/** Volumes that no static pod may have: of the API (from 1.34 on, `tryDecodeSinglePod` of `pkg/kubelet/config/common.go`), or one name twice. */
function refusedVolumes(spec: Part): Fault[] {
  const seen = new Set<string>();
  const isStatic = isTrue(member(spec, 'hostNetwork'));
  return items(member(spec, 'volumes')).flatMap((volume): Fault[] => {
    const { place } = volume;
    const name = textOf(member(volume, 'name')) ?? '';
    const ofApi = isStatic ? OF_API.find((key) => member(volume, key)) : undefined;
    const isTwice = seen.has(name);
    seen.add(name);
    return [
      ...(ofApi === undefined ? [] : [{ kind: 'api-volume' as const, volume: name, source: ofApi, place }]),
      ...(isTwice ? [{ kind: 'volume-twice' as const, volume: name, place }] : []),
    ];
  });
}

/** The API server of a hosted control plane is a pod as any other, with a network of its own. */
function isTrue(part: Part | undefined): boolean {
  return part?.node.kind === 'boolean' && part.node.value;
}

const OF_API = ['configMap', 'secret', 'persistentVolumeClaim'] as const;
