import { API_SERVER_LABELS } from '../cluster/groups.ts';
import { ExternalError } from '../errors.ts';
import { type Json, type JsonObject, isObject, listOf, mapOf } from '../json.ts';
import { oneLine } from '../process/words.ts';
import type { CallResult } from '../process/run.ts';
import { writeManners } from '../process/supervise.ts';
import { METRICS_PORT } from '../ship/collector.ts';
import { CONTAINER_NAME, OUR_LABELS } from '../ship/manifests.ts';
import { type CollectorCounts, collectorCounts, type CollectorError, lastErrorIn } from '../ship/metrics.ts';
import { nameOf, type SeenExporter } from '../ship/on-nodes.ts';
import { callKubectl, kubectlFailure, type KubectlOptions } from './kubectl.ts';

/** The name under which the API server knows what we wrote. */
export const FIELD_MANAGER = 'kops-audit';

const SELECTOR = Object.entries(OUR_LABELS)
  .map(([key, value]) => `${key}=${value}`)
  .join(',');

/** What came of `kubectl apply`. */
export interface Applied {
  /** What is stored, as kubectl names it: `daemonset.apps/audit-exporter`. */
  objects: readonly string[];
  /** Why it did not come to the end; null where it did. */
  failure: ExternalError | null;
}

/** The collectors of a running cluster, through kubectl. What reads throws ExternalError, or the signal's reason. */
export class Exporter {
  readonly namespace: string;
  readonly #options: KubectlOptions;

  constructor(options: KubectlOptions, namespace: string) {
    this.#options = options;
    this.namespace = namespace;
  }

  /** The Namespace; null where there is none. */
  async findNamespace(): Promise<JsonObject | null> {
    const args = ['get', 'namespace', this.namespace, '--ignore-not-found', '--output=json', '--show-managed-fields'];
    const { stdout } = await this.#read(args);
    return stdout.trim() === '' ? null : objectIn(stdout);
  }

  /** The keys of a Secret; kubectl prints no value. Null where there is none. */
  async secretKeys(name: string): Promise<string[] | null> {
    const keys = '--output=go-template={{range $key, $value := .data}}{{$key}}{{"\\n"}}{{end}}';
    const run = await this.#call(['get', 'secret', name, ...this.#in(), keys]);
    if (run.failed && /\(NotFound\)/.test(run.error)) return null;
    return this.#good(run)
      .stdout.split('\n')
      .filter((key) => key !== '');
  }

  /**
   * What applying would change, as `kubectl diff` prints it; '' for nothing.
   *
   * @param isForced what others set is taken over.
   */
  async diff(manifest: string, isForced: boolean): Promise<string> {
    const args = ['diff', '--server-side', `--field-manager=${FIELD_MANAGER}`, ...force(isForced), '--filename=-'];
    const run = await this.#call(args, { input: manifest });
    return run.exitCode === 1 && run.stdout !== '' ? run.stdout : this.#good(run).stdout;
  }

  /** Has the API server check objects as if they were applied; nothing is stored. */
  async check(manifest: string): Promise<void> {
    this.#good(await this.#call([...this.#applying(false), '--dry-run=server'], { input: manifest }));
  }

  /** Stores them. It is not stopped in the middle: a signal is waited out. Never throws. */
  async apply(manifest: string, isForced: boolean): Promise<Applied> {
    const manners = writeManners(120_000, 60_000, '');
    const run = await this.#call(this.#applying(isForced), { input: manifest, manners });
    const objects = run.stdout.split('\n').filter((line) => line.includes('/'));
    return { objects, failure: run.failed ? this.#failure(run) : null };
  }

  #applying(isForced: boolean): string[] {
    const manager = `--field-manager=${FIELD_MANAGER}`;
    return [
      'apply',
      '--server-side',
      manager,
      '--validate=strict',
      ...force(isForced),
      '--output=name',
      '--filename=-',
    ];
  }

  /** All that is to be known of the collectors and their nodes. Warnings that may not be read are left out. */
  async look(): Promise<SeenExporter> {
    const own = ['get', 'daemonsets.apps,pods', ...this.#in(), `--selector=${SELECTOR}`, '--output=json'];
    const warnings = ['get', 'events', ...this.#in(), '--field-selector=type=Warning', '--output=json'];
    const [lists, objects, events] = await Promise.all([
      Promise.all(
        API_SERVER_LABELS.map((label) => this.#list(['get', 'nodes', `--selector=${label}`, '--output=json'])),
      ),
      this.#list(own),
      this.#call(warnings).then((run) => (run.failed ? [] : itemsIn(run.stdout))),
    ]);
    const nodes = new Map(lists.flat().map((node) => [nameOf(node), node]));
    return {
      nodes: [...nodes.values()],
      daemonSet: objects.find(({ kind }) => kind === 'DaemonSet') ?? null,
      pods: objects.filter(({ kind }) => kind === 'Pod'),
      events,
    };
  }

  /** What a collector counts. */
  async counts(pod: string): Promise<CollectorCounts> {
    const path = `/api/v1/namespaces/${this.namespace}/pods/${pod}:${METRICS_PORT}/proxy/metrics`;
    const { stdout } = await this.#read(['get', `--raw=${path}`]);
    const counts = collectorCounts(stdout);
    if (counts) return counts;
    throw new ExternalError(
      `the metrics of ${pod} are not those of a collector: ${JSON.stringify(oneLine(stdout).slice(0, 80))}`,
      {
        hint: 'Something else answers there. See what runs in the pod.',
      },
    );
  }

  /** The last error that a collector logged; null for none, and where its log cannot be read. */
  async lastError(pod: string): Promise<CollectorError | null> {
    const run = await this.#call(['logs', pod, ...this.#in(), `--container=${CONTAINER_NAME}`, '--tail=500']);
    return run.failed ? null : lastErrorIn(run.stdout);
  }

  /** The last lines of a collector that ended. */
  async lastLines(pod: string): Promise<string[]> {
    const args = ['logs', pod, ...this.#in(), `--container=${CONTAINER_NAME}`, '--tail=5', '--previous'];
    const run = await this.#call(args);
    return run.failed ? [] : run.stdout.split('\n').filter((line) => line.trim() !== '');
  }

  /** What carries our labels in the namespace, with who wrote it. */
  labelled(): Promise<JsonObject[]> {
    const kinds = 'daemonsets.apps,configmaps,serviceaccounts';
    return this.#list([
      'get',
      kinds,
      ...this.#in(),
      `--selector=${SELECTOR}`,
      '--output=json',
      '--show-managed-fields',
    ]);
  }

  /** The names of all pods of collectors. */
  async pods(): Promise<string[]> {
    return (await this.#list(['get', 'pods', ...this.#in(), `--selector=${SELECTOR}`, '--output=json'])).map(nameOf);
  }

  /** All objects of the namespace that can be listed, as `configmap/NAME`. */
  async everything(): Promise<string[]> {
    const kinds = (await this.#read(['api-resources', '--verbs=list', '--namespaced', '--output=name'])).stdout;
    const wanted = kinds.split('\n').filter((kind) => kind !== '' && !/^events(?:\.|$)/.test(kind));
    return (await this.#read(['get', wanted.join(','), ...this.#in(), '--output=name', '--ignore-not-found'])).stdout
      .split('\n')
      .filter((name) => name !== '');
  }

  /** Removes objects that are named as `daemonset.apps/NAME`, and waits for their end. Never throws. */
  async remove(names: readonly string[]): Promise<Applied> {
    const isNamespace = names.some((name) => name.startsWith('namespace/'));
    const args = ['delete', ...names, ...(isNamespace ? [] : this.#in()), '--ignore-not-found', '--output=name'];
    const run = await this.#call(args, { manners: writeManners(120_000, 60_000, '') });
    return {
      objects: run.stdout.split('\n').filter((line) => line.includes('/')),
      failure: run.failed ? this.#failure(run) : null,
    };
  }

  #in(): string[] {
    return [`--namespace=${this.namespace}`];
  }

  #call(args: readonly string[], more: Parameters<typeof callKubectl>[2] = {}): Promise<CallResult> {
    return callKubectl(this.#options, args, more);
  }

  async #read(args: readonly string[]): Promise<CallResult> {
    return this.#good(await this.#call(args));
  }

  async #list(args: readonly string[]): Promise<JsonObject[]> {
    return itemsIn((await this.#read(args)).stdout);
  }

  #good(run: CallResult): CallResult {
    if (run.interrupted) throw this.#options.signal.reason;
    if (run.failed) throw this.#failure(run);
    return run;
  }

  #failure(run: CallResult): ExternalError {
    const known = FAILURES.find(({ pattern }) => pattern.test(`${run.stderr}\n${run.error}`));
    if (!known || run.startError !== undefined || run.timedOut) return kubectlFailure(run, this.#options);
    return new ExternalError(`${known.message(this.#options.context)} (${wordsOf(run)})`, {
      hint: known.hint(this.namespace),
    });
  }
}

function force(isForced: boolean): string[] {
  return isForced ? ['--force-conflicts'] : [];
}

/** A conflict is told in several lines. */
function wordsOf({ stderr, error }: CallResult): string {
  return oneLine(/[Cc]onflict/.test(stderr) ? (stderr.split('Please review')[0] ?? '') : error);
}

/** What whoever runs these commands must be allowed to do, as commands to paste. */
function roleCommands(namespace: string): string[] {
  return [
    `kubectl -n ${namespace} create role ship-status --verb=get,list --resource=daemonsets.apps,pods,pods/log,pods/proxy,events`,
    'kubectl create clusterrole ship-status-nodes --verb=list --resource=nodes',
  ];
}

interface KnownFailure {
  pattern: RegExp;
  message: (context: string) => string;
  hint: (namespace: string) => string;
}

/** Words of kube-apiserver and kubectl 1.36. */
const FAILURES: readonly KnownFailure[] = [
  {
    pattern: /Apply failed with \d+ conflict/,
    message: () => 'somebody else manages fields that would be changed',
    hint: () => 'Have them leave these fields alone, or take them over with --force-conflicts.',
  },
  {
    pattern: /is being terminated/,
    message: () => 'the namespace is being removed',
    hint: (namespace) => `Wait until it is gone (kubectl get namespace ${namespace}), and run it again.`,
  },
  {
    pattern: /violates PodSecurity|denied the request/,
    message: () => 'the cluster does not admit it',
    hint: () =>
      'A rule of the cluster (Pod Security, a webhook) refuses it: allow the collector there, or ask who keeps it.',
  },
  {
    pattern: /\(Forbidden\)|is forbidden/,
    message: (context) => `the user of the context ${context} is not allowed to do that`,
    hint: (namespace) =>
      `To apply and remove, it must be allowed to write namespaces, serviceaccounts, configmaps and daemonsets.apps. To look, an administrator allows it, and binds the two roles to it:\n${roleCommands(namespace).join('\n')}`,
  },
  {
    pattern: /error trying to reach service|address not allowed/,
    message: () => 'the API server cannot reach the metrics of the pod',
    hint: (namespace) =>
      `See whether it runs (kubectl -n ${namespace} get pods -o wide), and let the API servers reach its port ${METRICS_PORT}.`,
  },
  {
    pattern: /executable file not found|failed to run "?diff/,
    message: () => 'kubectl diff needs a program that is not there',
    hint: () => 'Install diff (the package diffutils).',
  },
];

function objectIn(text: string): JsonObject {
  try {
    const value: Json = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // told below
  }
  throw new ExternalError(
    `kubectl should have printed JSON, but printed ${JSON.stringify(oneLine(text).slice(0, 80))}`,
    {
      hint: 'With --verbose each command is shown: run it to see all it prints.',
    },
  );
}

function itemsIn(text: string): JsonObject[] {
  return listOf(objectIn(text)['items']).map(mapOf);
}
