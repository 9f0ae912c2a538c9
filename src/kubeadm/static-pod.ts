import { posix } from 'node:path';
import { type ApiServer, imageVersion, type Mount, type Read } from './api-server.ts';
import { readCommandLine, shellWords, type Word, wordsOf } from './command-line.ts';
import { booleanOr, type Fault, itemsOr, mapOr, mapsOr, textOr } from './faults.ts';
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
  refusedVolumes(spec, faults);
  const { line, isPartial } = ofServer(words);
  const { flags, words: others } = readCommandLine(line);
  const server: ApiServer = {
    tool: 'pod',
    apiVersion: '',
    kubernetesVersion: imageVersion(container),
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
  const words = itemsOr(member(container, key), key, faults);
  for (const [at, word] of words.entries()) textOr(word, `${key}[${at}]`, faults);
  return wordsOf(words);
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

function mountsOf(container: Part, spec: Part, faults: Fault[]): Mount[] {
  const volumes = new Map(items(member(spec, 'volumes')).map((volume) => [textOf(member(volume, 'name')), volume]));
  return mapsOr(member(container, 'volumeMounts'), 'volumeMounts', faults).map(({ item: part, path }) => {
    const name = textOr(member(part, 'name'), `${path}.name`, faults);
    const mountPath = textOr(member(part, 'mountPath'), `${path}.mountPath`, faults);
    const subPath = member(part, 'subPath') ?? member(part, 'subPathExpr');
    const readOnly = booleanOr(member(part, 'readOnly'), `${path}.readOnly`, faults);
    return {
      volume: name.text,
      mountPath: mountPath.text,
      subPath: textOr(subPath, `${path}.subPath`, faults).text,
      readOnly: readOnly.isTrue,
      from: 'document' as const,
      ...behind(volumes.get(name.text), part.place, faults, {
        mount: part.place,
        mountPath: mountPath.place ?? part.place,
        readOnly: readOnly.place ?? part.place,
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
  const host = mapOr(member(volume, 'hostPath'), 'hostPath', faults);
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
function refusedVolumes(spec: Part, faults: Fault[]): void {
  const seen = new Set<string>();
  // The API server of a hosted control plane is a pod as any other, with a network of its own.
  const { isTrue: isStatic } = booleanOr(member(spec, 'hostNetwork'), 'hostNetwork', faults);
  for (const { item } of mapsOr(member(spec, 'volumes'), 'volumes', faults)) {
    const { place } = item;
    const volume = textOf(member(item, 'name')) ?? '';
    const source = isStatic ? OF_API.find((key) => member(item, key)) : undefined;
    if (source) faults.push({ kind: 'api-volume', volume, source, place });
    if (seen.has(volume)) faults.push({ kind: 'volume-twice', volume, place });
    seen.add(volume);
  }
}

const OF_API = ['configMap', 'secret', 'persistentVolumeClaim'] as const;
