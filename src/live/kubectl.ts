import { ExternalError } from '../errors.ts';
import { oneLine } from '../kops/output.ts';
import { type CallResult, runKops } from '../kops/run.ts';
import { readManners } from '../kops/supervise.ts';
import { kubectlFailure } from './kubectl-failure.ts';
import { parseMetrics } from './metrics.ts';
import { parsePods } from './pods.ts';
import type { Kubectl } from './types.ts';

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
  const run = await call(options, args);
  if (run.interrupted) throw options.signal.reason;
  if (run.failed) throw kubectlFailure(run, options);
  const found = parse(run.stdout);
  if (found !== undefined) return found;
  const printed = run.stdout.trim() === '' ? 'nothing' : JSON.stringify(oneLine(run.stdout).slice(0, 80));
  throw new ExternalError(`kubectl should have printed ${wanted}, but printed ${printed}`, {
    hint: `To see all it prints, run: ${run.command}`,
  });
}

/** What runs kops runs any program that only reads: in a process group of its own, with a timeout, stopped by the signal. */
function call(options: KubectlOptions, args: readonly string[]): Promise<CallResult> {
  const { binary = 'kubectl', context, kubeconfig, env, timeoutMs, signal, onCommand } = options;
  const config = kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`];
  const all = { binary, env, timeoutMs, signal, ...(onCommand ? { onCommand } : {}) };
  return runKops(all, { args: [`--context=${context}`, ...config, ...args], manners: readManners(timeoutMs) });
}
