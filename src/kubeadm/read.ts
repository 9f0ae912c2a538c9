import type { Read } from './api-server.ts';
import type { Fault } from './faults.ts';
import { KIND_GROUP, readKind } from './kind-config.ts';
import { KUBEADM_GROUP, readKubeadm } from './kubeadm-config.ts';
import { member, type Part, type Place, readInner, textOf, wholeOf } from './parts.ts';
import { readStaticPod } from './static-pod.ts';
import type { DocumentReading } from '../yaml/document.ts';

/** A document of one of the kinds that say how a kube-apiserver is started. */
export interface ServerDocument {
  /** Its own kind, and the version of its API. */
  kind: string;
  apiVersion: string;
  /** Where it says so. */
  place: Place;
  /** What it says of each kube-apiserver; undefined: it says nothing of any. */
  reads: Read[] | undefined;
}

/**
 * Reads a document of kubeadm or kind, a pod, or the ConfigMap in which kubeadm keeps its configuration.
 *
 * @param source the text of the document. @param reading what was read of it, without a problem.
 * @param kubernetesVersion the release to judge by; null: what the document says.
 */
export function readServers(
  source: string,
  reading: DocumentReading,
  kubernetesVersion: string | null,
): ServerDocument | undefined {
  const written = reading.written();
  if (!reading.value || !written) return undefined;
  const whole = wholeOf(reading.value);
  const head = { kind: textOf(member(whole, 'kind')) ?? '', apiVersion: textOf(member(whole, 'apiVersion')) ?? '' };
  const { place } = member(whole, 'apiVersion') ?? member(whole, 'kind') ?? whole;
  return { ...head, place, reads: readsOf(source, whole, wholeOf(written), head, kubernetesVersion) };
}

function readsOf(
  source: string,
  whole: Part,
  written: Part,
  { kind, apiVersion }: { kind: string; apiVersion: string },
  kubernetesVersion: string | null,
): Read[] | undefined {
  if (kind === 'Pod') {
    const read = readStaticPod(whole);
    return read && [read];
  }
  if (kind === 'ConfigMap') return readConfigMap(source, whole);
  if (apiVersion.startsWith(KIND_GROUP)) return [readKind(source, whole, written, kubernetesVersion)];
  if (apiVersion.startsWith(KUBEADM_GROUP) || kind === 'ClusterConfiguration') return [readKubeadm(whole, written)];
  return undefined;
}

/** `kube-system/kubeadm-config`, where kubeadm keeps the configuration of a cluster. */
function readConfigMap(source: string, whole: Part): Read[] | undefined {
  const text = member(member(whole, 'data'), 'ClusterConfiguration');
  if (!text) return undefined;
  const { part, problem } = readInner(source, text);
  if (part) return [readKubeadm(part, part)];
  const fault: Fault = { kind: 'unread', problem: problem ?? 'it is empty', place: text.place };
  return [{ server: null, faults: [fault] }];
}
