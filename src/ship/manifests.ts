import { API_SERVER_LABELS } from '../cluster/groups.ts';
import type { Json, JsonObject } from '../json.ts';
import { sha256 } from '../sha256.ts';
import { specToYaml } from '../yaml/print.ts';
import { collectorConfig, FEATURE_GATES, HEALTH_PORT, METRICS_PORT } from './collector.ts';
import type { ShipSettings } from './settings.ts';

/** An object of Kubernetes as JSON. */
export interface KubeObject extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: JsonObject & { name: string };
}

/** The name of all objects but the namespace. */
export const EXPORTER_NAME = 'audit-exporter';
export const CONTAINER_NAME = 'collector';
/** By these the objects are found again. */
export const OUR_LABELS: Readonly<Record<string, string>> = {
  'app.kubernetes.io/name': EXPORTER_NAME,
  'app.kubernetes.io/part-of': 'kops-audit',
  'app.kubernetes.io/managed-by': 'kops-audit',
};
/** On the pods: the hash of the configuration, so that a change of it rolls them. */
const CHECKSUM_ANNOTATION = 'kops-audit.io/config-checksum';
/** On the DaemonSet: what it was made for. */
const SINK_ANNOTATION = 'kops-audit.io/sink';

const CONFIG_DIRECTORY = '/etc/kops-audit';

/** What a collector is in a cluster: Namespace, ServiceAccount, ConfigMap and DaemonSet, in the order in which they are applied. No secret is in them. */
export function manifests(settings: ShipSettings): KubeObject[] {
  const { namespace, labels } = settings;
  const config = specToYaml(collectorConfig(settings));
  const metadata = { name: EXPORTER_NAME, namespace, labels: { ...labels, ...OUR_LABELS } };
  return [
    namespaceObject(settings),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.yaml': config } },
    daemonSet(settings, metadata, config),
  ];
}

/** `baseline` refuses the directories of the node that a collector reads and keeps its place in. */
function namespaceObject({ namespace, labels }: ShipSettings): KubeObject {
  const modes = ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'privileged']);
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { ...labels, ...OUR_LABELS, ...Object.fromEntries(modes) } },
  };
}

function daemonSet(settings: ShipSettings, metadata: KubeObject['metadata'], config: string): KubeObject {
  const { labels, sink } = settings;
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { ...metadata, annotations: { [SINK_ANNOTATION]: sink } },
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': EXPORTER_NAME } },
      // Two pods on a node would fight for the state directory.
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      template: {
        metadata: {
          labels: { ...labels, ...OUR_LABELS },
          annotations: { [CHECKSUM_ANNOTATION]: sha256(config).slice(0, 16) },
        },
        spec: podSpec(settings),
      },
    },
  };
}

function podSpec(settings: ShipSettings): JsonObject {
  const isEither = settings.nodeLabels.map((key) => ({ matchExpressions: [{ key, operator: 'Exists' }] }));
  return {
    serviceAccountName: EXPORTER_NAME,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: settings.priorityClass,
    // The resolver of the node: it ships while the DNS of the cluster is down.
    dnsPolicy: 'Default',
    terminationGracePeriodSeconds: 30,
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: isEither } },
    },
    tolerations: [
      ...API_SERVER_LABELS.map((key) => ({ key, operator: 'Exists' })),
      { operator: 'Exists', effect: 'NoExecute' },
    ],
    // The image says 10001; the log is 0600 of root, and another user reads nothing without a word.
    securityContext: {
      runAsUser: 0,
      runAsGroup: 0,
      runAsNonRoot: false,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(settings)],
    volumes: volumes(settings),
  };
}

function container(settings: ShipSettings): JsonObject {
  const probe = { httpGet: { path: '/', port: 'health' } };
  return {
    name: CONTAINER_NAME,
    image: settings.image,
    args: [`--config=${CONFIG_DIRECTORY}/config.yaml`, `--feature-gates=${FEATURE_GATES}`],
    env: variables(settings),
    ports: [
      { name: 'health', containerPort: HEALTH_PORT },
      { name: 'metrics', containerPort: METRICS_PORT },
    ],
    livenessProbe: { ...probe, initialDelaySeconds: 15, periodSeconds: 20, failureThreshold: 5 },
    readinessProbe: probe,
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_DIRECTORY, readOnly: true },
      { name: 'audit', mountPath: settings.log.directory, readOnly: true },
      { name: 'state', mountPath: settings.stateDirectory },
    ],
  };
}

function variables({ secretHeaders, secretName }: ShipSettings): Json[] {
  const field = (name: string, fieldPath: string): JsonObject => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  return [
    field('NODE_NAME', 'spec.nodeName'),
    field('POD_IP', 'status.podIP'),
    { name: 'GOMEMLIMIT', value: '400MiB' },
    ...secretHeaders.map(({ env, key }) => ({
      name: env,
      valueFrom: { secretKeyRef: { name: secretName, key } },
    })),
  ];
}

function volumes({ log, stateDirectory }: ShipSettings): Json[] {
  return [
    { name: 'config', configMap: { name: EXPORTER_NAME } },
    // It waits, visibly, until the API server has made the directory.
    { name: 'audit', hostPath: { path: log.directory, type: 'Directory' } },
    { name: 'state', hostPath: { path: stateDirectory, type: 'DirectoryOrCreate' } },
  ];
}

/** The objects as one YAML text, as `kubectl apply -f` takes it. */
export function manifestText(objects: readonly KubeObject[]): string {
  return objects.map((object) => specToYaml(object)).join('---\n');
}
