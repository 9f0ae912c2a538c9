import { ExternalError } from '../errors.ts';
import { oneLine } from '../process/words.ts';
import { type CallResult, runProgram } from '../process/run.ts';
import { type Manners, readManners } from '../process/supervise.ts';
import type { ApiServerPod, MetricsSample } from '../status/running.ts';

/** The running cluster, as far as its API servers go. Both throw UserError, ExternalError, or the signal's reason. */
export interface Kubectl {
  /** The context of the kubeconfig that is used. */
  context: string;
  /** The pods of the API servers, as kOps labels them. Empty where there are none. */
  apiServerPods(): Promise<ApiServerPod[]>;
  /** What the API server that answers counts; behind a load balancer that is any of them. */
  metrics(): Promise<MetricsSample>;
}

export interface KubectlOptions {
  /** The program: a name on PATH or a path. Default `kubectl`. */
  binary?: string;
  context: string;
  /** Handed on as `--kubeconfig`; left out, kubectl finds its own. */
  kubeconfig?: string;
  env: Readonly<Record<string, string | undefined>>;
  /** How long a call may take, in milliseconds. */
  timeoutMs: number;
  signal: AbortSignal;
  /** Gets each command line before it runs, quoted for a shell. Must not throw. */
  onCommand?: (line: string) => void;
}

const PODS = ['get', 'pods', '--namespace=kube-system', '--selector=k8s-app=kube-apiserver', '--output=json'];
const METRICS = ['get', '--raw=/metrics'];

/** The kubectl binary for one context. Runs nothing yet. It only reads. */
export function createKubectl(options: KubectlOptions): Kubectl {
  return {
    context: options.context,
    apiServerPods: () => read(options, PODS, parsePods, 'a list of pods as JSON'),
    metrics: () => read(options, METRICS, parseMetrics, 'the metrics of an API server'),
  };
}

async function read<T>(
  options: KubectlOptions,
  args: readonly string[],
  parse: (text: string) => T | undefined,
  wanted: string,
): Promise<T> {
  const run = await callKubectl(options, args);
  if (run.interrupted) throw options.signal.reason;
  if (run.failed) throw kubectlFailure(run, options);
  const found = parse(run.stdout);
  if (found !== undefined) return found;
  const printed = run.stdout.trim() === '' ? 'nothing' : JSON.stringify(oneLine(run.stdout).slice(0, 80));
  throw new ExternalError(`kubectl should have printed ${wanted}, but printed ${printed}`, {
    hint: `To see all it prints, run: ${run.command}`,
  });
}

/** What of a call is not as a read has it. */
interface CallOptions {
  /** Given on stdin. */
  input?: string;
  /** How it may be stopped; left out: by the timeout and by the signal. */
  manners?: Manners;
}

/** In a process group of its own, with a timeout, stopped by the signal. Never throws. */
export function callKubectl(
  options: KubectlOptions,
  args: readonly string[],
  { input, manners }: CallOptions = {},
): Promise<CallResult> {
  const { binary = 'kubectl', context, kubeconfig, env, timeoutMs, signal, onCommand } = options;
  const config = kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`];
  const program = { binary, env, signal, ...(onCommand ? { onCommand } : {}) };
  return runProgram(program, {
    args: [`--context=${context}`, ...config, ...args],
    manners: manners ?? readManners(timeoutMs),
    ...(input === undefined ? {} : { input }),
  });
}

interface KnownFailure {
  /** What kubectl says (releases 1.19 to 1.37). */
  pattern: RegExp;
  message: (context: string) => string;
  hint: (context: string) => string;
}

const EXPORT = (context: string): string =>
  `Name another with --context, or let kops create it: kops export kubeconfig --name=${context} --admin`;

const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: /context "?.*"? does not exist|context was not found/,
    message: (context) => `the kubeconfig has no context ${context}`,
    hint: EXPORT,
  },
  {
    pattern: /must be logged in|Unauthorized|certificate has expired|getting credentials/,
    message: (context) => `the API server does not know the user of the context ${context}`,
    hint: EXPORT,
  },
  {
    pattern: /forbidden/i,
    message: (context) => `the user of the context ${context} is not allowed to do that`,
    hint: () => 'It must be allowed to list pods in kube-system and to get /metrics.',
  },
];

/** Takes a call of kubectl that failed; gives the error to throw. */
export function kubectlFailure(
  run: Pick<CallResult, 'error' | 'startError' | 'timedOut' | 'command'>,
  { context, timeoutMs }: Pick<KubectlOptions, 'context' | 'timeoutMs'>,
): ExternalError {
  if (run.startError !== undefined)
    return new ExternalError(run.error, { hint: 'The running cluster is asked with kubectl: put it on PATH.' });
  if (run.timedOut)
    return new ExternalError(`kubectl did not finish within ${timeoutMs / 1000} s`, {
      hint: 'Check that the API server can be reached, or allow more time with --timeout.',
    });
  const known = KNOWN_FAILURES.find(({ pattern }) => pattern.test(run.error));
  if (known) return new ExternalError(`${known.message(context)} (${run.error})`, { hint: known.hint(context) });
  return new ExternalError(`kubectl failed: ${run.error}`, { hint: `To see all it prints, run: ${run.command}` });
}

interface Pod {
  metadata: { name: string };
  spec: { nodeName?: string; containers: Container[] };
  status?: { conditions?: Condition[]; containerStatuses?: ContainerStatus[] };
}

interface Container extends CommandLine {
  name: string;
}

interface Condition {
  type: string;
  status: string;
}

interface ContainerStatus {
  name: string;
  state?: { running?: { startedAt?: string } };
}

/** Reads what `kubectl get pods -o json` prints (a List of core/v1 Pods); undefined where it is anything else. */
export function parsePods(text: string): ApiServerPod[] | undefined {
  try {
    const { items } = JSON.parse(text) as { items: Pod[] };
    return items.map(readPod).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

function readPod({ metadata, spec, status = {} }: Pod): ApiServerPod {
  const server =
    spec.containers.find(({ name }) => name === 'kube-apiserver') ?? spec.containers.find(runsKubeApiserver);
  const running = status.containerStatuses?.find(({ name }) => name === server?.name)?.state?.running;
  const startedAt = Date.parse(running?.startedAt ?? '') / 1000;
  return {
    name: String(metadata.name),
    node: spec.nodeName ?? null,
    ready: (status.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    startedAt: Number.isNaN(startedAt) ? null : startedAt,
    flags: auditFlags(server ?? {}),
  };
}

const LINE = /^(apiserver_audit_(?:event|error|level)_total|process_start_time_seconds)(\{[^}]*\})? (\S+)/;

/**
 * Reads what an API server's `/metrics` prints (the Prometheus text format; names from `pkg/audit/metrics.go` of k8s.io/apiserver,
 * 1.19 to 1.37). Undefined where it tells no start of a process, which every API server does. A counter that is not there is 0.
 */
export function parseMetrics(text: string): MetricsSample | undefined {
  const sample: MetricsSample = { processStart: Number.NaN, events: 0, errors: 0, levels: {} };
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name !== undefined) add(sample, name, labels, Number(value));
  }
  return Number.isNaN(sample.processStart) ? undefined : sample;
}

function add(sample: MetricsSample, name: string, labels: string, value: number): void {
  if (name === 'process_start_time_seconds') sample.processStart = value;
  else if (name === 'apiserver_audit_event_total') sample.events += value;
  else if (name === 'apiserver_audit_error_total') sample.errors += value;
  else {
    const level = /\blevel="([^"]*)"/.exec(labels)?.[1] ?? '';
    sample.levels[level] = (sample.levels[level] ?? 0) + value;
  }
}

/** The part of a container that its command line is in (core/v1 Container). */
interface CommandLine {
  command?: unknown;
  args?: unknown;
}

/**
 * The `--audit-…` flags of a kube-apiserver's container. kOps puts `/go-runner` before it, one flag an element
 * (`nodeup/pkg/model/kube_apiserver.go`, 1.23 to 1.36), and up to 1.22 all in one text for `/bin/sh -c` (`WithTee`,
 * `pkg/util/exec`). Of a flag that is there twice the last one counts, as in pflag.
 */
export function auditFlags({ command, args }: CommandLine): Record<string, string> {
  const words = [...texts(command), ...texts(args)].flatMap(wordsOf);
  const flags: Record<string, string> = {};
  words.forEach((word, at) => {
    const match = /^(--audit-[a-z-]+)(?:=(.*))?$/s.exec(word);
    if (match?.[1] !== undefined) flags[match[1]] = match[2] ?? valueAfter(words[at + 1]);
  });
  return flags;
}

/** Whether a container runs kube-apiserver. */
export function runsKubeApiserver(container: CommandLine): boolean {
  return [...texts(container.command), ...texts(container.args)]
    .flatMap(wordsOf)
    .some((word) => /(^|\/)kube-apiserver$/.test(word));
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A flag may hold blanks; a script is what has blanks and is no flag. */
function wordsOf(text: string): string[] {
  if (text.startsWith('-') || !/\s/.test(text)) return [text];
  return text.split(/[\s;|&()]+/).map((word) => word.replaceAll(/["']/g, ''));
}

/** `--flag value`; a flag without one is a switch that is on. */
function valueAfter(next: string | undefined): string {
  return next === undefined || next.startsWith('-') ? 'true' : next;
}
