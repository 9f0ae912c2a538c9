import { type Json, type JsonObject, listOf, mapOf } from '../json.ts';
import { CONTAINER_NAME } from './manifests.ts';

/** What a cluster says of the collectors, as `kubectl get -o json` gives it. */
export interface SeenExporter {
  /** The nodes with an API server. */
  nodes: readonly JsonObject[];
  /** Null where there is none. */
  daemonSet: JsonObject | null;
  pods: readonly JsonObject[];
  /** Warnings of the namespace. */
  events: readonly JsonObject[];
}

/** Why there is no collector that works, and what to do about that. */
export interface Trouble {
  why: string;
  fix: string;
}

/** What keeps a node without a collector that works. */
interface PodTrouble extends Trouble {
  /** Kubernetes is on its way to it: nobody need do anything unless it lasts. */
  isStillToCome: boolean;
}

/** How the collector of one node stands. */
export interface NodePod {
  node: string;
  /** Null where there is none. */
  pod: string | null;
  isReady: boolean;
  /** It is of the DaemonSet as it is now, not as it was before a change. */
  isCurrent: boolean;
  restarts: number;
  /** It ended by itself: its last lines tell why. */
  hasCrashed: boolean;
  /** Null where it is ready and current. */
  trouble: PodTrouble | null;
}

/** How the collector of each node with an API server stands, by the name of the node. */
export function podsOnNodes(seen: SeenExporter): NodePod[] {
  const placed = new Map(seen.pods.filter(isLiving).map((pod) => [nodeOf(pod), pod]));
  return seen.nodes
    .map((node) => {
      const pod = placed.get(nameOf(node));
      return pod === undefined ? withoutPod(node, seen) : withPod(nameOf(node), pod, seen);
    })
    .toSorted((a, b) => (a.node < b.node ? -1 : 1));
}

/** Whether each node has a collector that is ready and of the newest DaemonSet, not one less. */
export function isRolledOut(pods: readonly NodePod[]): boolean {
  return pods.length > 0 && pods.every(({ isReady, isCurrent }) => isReady && isCurrent);
}

/** The name of an object; '' where it has none. */
export function nameOf(object: JsonObject): string {
  return textOf(mapOf(object['metadata'])['name']);
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** One that is being removed, or was evicted, makes room for another. */
function isLiving({ metadata, status }: JsonObject): boolean {
  const phase = textOf(mapOf(status)['phase']);
  return mapOf(metadata)['deletionTimestamp'] === undefined && phase !== 'Failed' && phase !== 'Succeeded';
}

/** A pod of a DaemonSet that is not placed yet names its node in its affinity (`pkg/controller/daemon/util`, 1.12 to 1.36). */
function nodeOf({ spec }: JsonObject): string {
  const { nodeName, affinity } = mapOf(spec);
  if (textOf(nodeName) !== '') return textOf(nodeName);
  const required = mapOf(mapOf(affinity)['nodeAffinity'])['requiredDuringSchedulingIgnoredDuringExecution'];
  const fields = listOf(mapOf(required)['nodeSelectorTerms']).flatMap((term) => listOf(mapOf(term)['matchFields']));
  const field = fields.map(mapOf).find(({ key }) => key === 'metadata.name');
  return textOf(listOf(field?.['values'])[0]);
}

function withoutPod(node: JsonObject, seen: SeenExporter): NodePod {
  return {
    node: nameOf(node),
    pod: null,
    isReady: false,
    isCurrent: false,
    restarts: 0,
    hasCrashed: false,
    trouble: whyNone(node, seen),
  };
}

function whyNone(node: JsonObject, { daemonSet, events }: SeenExporter): PodTrouble {
  if (daemonSet === null)
    return stuckWith({ why: 'there is no DaemonSet of a collector', fix: 'Roll it out: kops-audit ship apply --help' });
  const taint = untolerated(node, daemonSet);
  if (taint !== null)
    return stuckWith({
      why: `it has the taint ${taint}, which the collector does not tolerate`,
      fix: `Remove the taint, or ship from that node by other means: kubectl taint node ${nameOf(node)} ${taint}-`,
    });
  const refused = lastMessage(events, 'DaemonSet', nameOf(daemonSet), 'FailedCreate');
  if (refused !== null)
    return stuckWith({
      why: `its pod was refused: ${refused}`,
      fix: 'An admission rule or a quota of the namespace refuses it: change that.',
    });
  return stillToCome({
    why: 'no pod was made for it yet',
    fix: 'Where that lasts, see why: kubectl describe daemonset -A -l app.kubernetes.io/part-of=kops-audit',
  });
}

function stuckWith(trouble: Trouble): PodTrouble {
  return { ...trouble, isStillToCome: false };
}

function stillToCome(trouble: Trouble): PodTrouble {
  return { ...trouble, isStillToCome: true };
}

/** What Kubernetes lets each DaemonSet tolerate (`AddOrUpdateDaemonPodTolerations`, `pkg/controller/daemon/util`, 1.36). */
const TOLERATED_BY_ALL =
  /^node\.kubernetes\.io\/(?:not-ready|unreachable|disk-pressure|memory-pressure|pid-pressure|unschedulable)$/;

/** The first taint of a node that keeps the pods of a DaemonSet away, as kubectl writes it; null for none. */
function untolerated({ spec }: JsonObject, daemonSet: JsonObject): string | null {
  const template = mapOf(mapOf(daemonSet['spec'])['template']);
  const tolerations = listOf(mapOf(template['spec'])['tolerations']).map(mapOf);
  const taint = listOf(mapOf(spec)['taints'])
    .map(mapOf)
    .find(
      ({ key, effect, value = '' }) =>
        effect !== 'PreferNoSchedule' &&
        !TOLERATED_BY_ALL.test(textOf(key)) &&
        !tolerations.some((each) => tolerates(each, { key, effect, value })),
    );
  if (taint === undefined) return null;
  const value = textOf(taint['value']);
  return `${textOf(taint['key'])}${value === '' ? '' : `=${value}`}:${textOf(taint['effect'])}`;
}

/** `ToleratesTaint` of `k8s.io/component-helpers` (1.36), without its numbers. */
function tolerates(
  toleration: JsonObject,
  taint: Readonly<Record<'key' | 'effect' | 'value', Json | undefined>>,
): boolean {
  const { key, effect, operator = 'Equal', value = '' } = toleration;
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false;
  if (key !== undefined && key !== '' && key !== taint.key) return false;
  return operator === 'Exists' || value === taint.value;
}

function withPod(node: string, pod: JsonObject, seen: SeenExporter): NodePod {
  const { status, metadata } = pod;
  const isReady = hasCondition(pod, 'Ready', 'True');
  const isCurrent = generationOf(mapOf(mapOf(metadata)['labels'])) === wantedGeneration(seen.daemonSet);
  const container = containerOf(mapOf(status));
  const trouble = isReady && isCurrent ? null : whyNotReady(pod, isReady, container, seen);
  return {
    node,
    pod: nameOf(pod),
    isReady,
    isCurrent,
    restarts: Number(container['restartCount'] ?? 0),
    hasCrashed: !isReady && endOf(container) !== undefined,
    trouble,
  };
}

function containerOf(status: JsonObject): JsonObject {
  const all = listOf(status['containerStatuses']).map(mapOf);
  return all.find(({ name }) => name === CONTAINER_NAME) ?? {};
}

function hasCondition({ status }: JsonObject, type: string, is: string): boolean {
  return listOf(mapOf(status)['conditions'])
    .map(mapOf)
    .some((each) => each['type'] === type && each['status'] === is);
}

/** The API server counts the templates of a DaemonSet, and its controller puts the number on the pods (1.8 to 1.36). */
function generationOf(labels: JsonObject): string {
  return textOf(labels['pod-template-generation']);
}

function wantedGeneration(daemonSet: JsonObject | null): string {
  const { annotations } = mapOf(daemonSet?.['metadata']);
  return textOf(mapOf(annotations)['deprecated.daemonset.template.generation']);
}

function endOf(container: JsonObject): JsonObject | undefined {
  const states = [mapOf(container['state']), mapOf(container['lastState'])];
  const ended = states.map(({ terminated }) => terminated).find((each) => each !== undefined);
  return ended === undefined ? undefined : mapOf(ended);
}

/** What is known of a pod that is not ready, as the rows below take it. */
interface Stuck {
  name: string;
  namespace: string;
  node: string;
  image: string;
  /** The reason and the message of what the container waits for. */
  reason: string;
  message: string;
  end: JsonObject | undefined;
  /** The last warning about its volumes. */
  mount: string | null;
}

interface Row {
  holds: (stuck: Stuck) => boolean;
  why: (stuck: Stuck) => string;
  fix: (stuck: Stuck) => string;
}

const said = ({ message }: Stuck): string => (message === '' ? '' : ` (${message})`);

/** By the reasons of the kubelet (`pkg/kubelet/images/types.go`, `kuberuntime_container.go`, 1.36); the first that holds is told. */
const ROWS: readonly Row[] = [
  {
    holds: ({ reason }) => /^(?:ErrImage|ImagePull|InvalidImage|ImageInspect)/.test(reason),
    why: (stuck) => `the image ${stuck.image} cannot be pulled${said(stuck)}`,
    fix: () => 'Let the node reach the registry, or name a copy of the image with --image.',
  },
  {
    holds: ({ reason, message }) => reason === 'CreateContainerConfigError' && /secret/i.test(message),
    why: (stuck) => `the Secret of the key is missing or lacks the key${said(stuck)}`,
    fix: () => 'Create it; kops-audit ship apply prints how. The pod then starts by itself.',
  },
  {
    holds: ({ mount }) => mount !== null && /hostPath type check failed/.test(mount),
    why: ({ mount }) => `the directory of the log is not there (${mount ?? ''})`,
    fix: () =>
      'The API server makes it once auditing runs there: kops-audit status --live. A node that was not rolled has none yet.',
  },
  {
    holds: ({ mount }) => mount !== null,
    why: ({ mount }) => `a volume cannot be mounted (${mount ?? ''})`,
    fix: ({ namespace, name }) => `See more: kubectl -n ${namespace} describe pod ${name}`,
  },
  {
    holds: ({ end }) => end !== undefined,
    why: ({ end }) =>
      `the collector ended with exit status ${Number(end?.['exitCode'] ?? 0)} (${textOf(end?.['reason'])})`,
    fix: ({ namespace, name }) => `See why: kubectl -n ${namespace} logs ${name} --previous`,
  },
  {
    holds: ({ reason }) => reason === 'Unschedulable',
    why: (stuck) => `the pod cannot be placed${said(stuck)}`,
    fix: ({ namespace, name }) => `See more: kubectl -n ${namespace} describe pod ${name}`,
  },
  {
    holds: ({ reason }) => reason !== '' && !['ContainerCreating', 'PodInitializing'].includes(reason),
    why: (stuck) => `the pod waits: ${stuck.reason}${said(stuck)}`,
    fix: ({ namespace, name }) => `See more: kubectl -n ${namespace} describe pod ${name}`,
  },
];

function whyNotReady(
  pod: JsonObject,
  isReady: boolean,
  container: JsonObject,
  { events, daemonSet }: SeenExporter,
): PodTrouble {
  const { name, namespace } = mapOf(pod['metadata']);
  if (isReady)
    return stillToCome({
      why: 'its pod is of the DaemonSet before the last change, and not replaced yet',
      fix: `Pods are replaced one after another. See how far it is: kubectl -n ${textOf(namespace)} rollout status daemonset/${daemonSet === null ? '' : nameOf(daemonSet)}`,
    });
  const stuck = stuckOf(pod, container, { name: textOf(name), namespace: textOf(namespace), events });
  const row = ROWS.find(({ holds }) => holds(stuck));
  if (row) return stuckWith({ why: row.why(stuck), fix: row.fix(stuck) });
  return stillToCome({
    why: 'its pod is not ready yet',
    fix: `Where that lasts, see why: kubectl -n ${stuck.namespace} describe pod ${stuck.name}`,
  });
}

function stuckOf(
  pod: JsonObject,
  container: JsonObject,
  { name, namespace, events }: { name: string; namespace: string; events: readonly JsonObject[] },
): Stuck {
  const waiting = mapOf(mapOf(container['state'])['waiting']);
  const unplaced = listOf(mapOf(pod['status'])['conditions'])
    .map(mapOf)
    .find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const source = textOf(waiting['reason']) === '' ? (unplaced ?? {}) : waiting;
  const images = listOf(mapOf(pod['spec'])['containers']).map(mapOf);
  const starts = ['', 'ContainerCreating', 'PodInitializing'].includes(textOf(source['reason']));
  return {
    name,
    namespace,
    node: nodeOf(pod),
    image: textOf(images[0]?.['image']),
    reason: textOf(source['reason']),
    message: textOf(source['message']),
    end: endOf(container),
    mount: starts ? lastMessage(events, 'Pod', name, 'FailedMount') : null,
  };
}

function lastMessage(events: readonly JsonObject[], kind: string, name: string, reason: string): string | null {
  const found = events.filter((event) => {
    const about = mapOf(event['involvedObject']);
    return event['reason'] === reason && about['kind'] === kind && about['name'] === name;
  });
  const newest = found.toSorted((a, b) => (textOf(a['lastTimestamp']) < textOf(b['lastTimestamp']) ? -1 : 1)).at(-1);
  return newest === undefined ? null : textOf(newest['message']);
}
