import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { ExternalError, UserError } from '../../errors.ts';
import { readWait } from '../../flags/values.ts';
import { Exporter } from '../../live/exporter.ts';
import type { KubectlOptions } from '../../live/kubectl.ts';
import { safeText, wrap } from '../../report/text.ts';
import { checkedWord } from '../../ship/checks.ts';
import { DEFAULT_NAMESPACE } from '../../ship/settings.ts';
import { tellCommands } from '../command-lines.ts';

/** The flags by which a running cluster is found, as the command line gives them. */
export interface RunningFlags {
  cluster?: string;
  context?: string;
  kubeconfig?: string;
  namespace?: string;
  verbose?: boolean;
}

/** The flags by which a spec is changed, besides those that `ship apply` and `ship remove` have anyway. */
export interface AddonFlags {
  via?: 'addon';
  manifestUrl?: string;
  kopsVersion?: string;
  update: boolean;
  includePending?: boolean;
  allowKopsUpgrade?: boolean;
  journal?: string | false;
}

/** How long one call of kubectl may take. */
const CALL_MS = 30_000;

/** How kubectl is called; the context has the name of the cluster, as kops makes it, unless one is given. Throws UserError where neither is. */
export function kubectlOptions(flags: RunningFlags, context: Context): KubectlOptions {
  const name = flags.context ?? flags.cluster ?? context.env['KOPS_CLUSTER_NAME'];
  if (!name)
    throw new UserError('no cluster given', {
      hint: 'Give --cluster NAME or --context NAME, or set KOPS_CLUSTER_NAME.',
    });
  return {
    context: name,
    env: { ...context.env, KUBECTL_EXTERNAL_DIFF: undefined },
    timeoutMs: CALL_MS,
    signal: context.interrupt,
    ...(flags.kubeconfig === undefined ? {} : { kubeconfig: flags.kubeconfig }),
    ...tellCommands(flags.verbose, context),
  };
}

/** The collectors that the flags name. Throws UserError where they name none. */
export function exporterFor(flags: RunningFlags, context: Context): Exporter {
  return new Exporter(kubectlOptions(flags, context), runningNamespace(flags));
}

/** Where the collectors run that the flags name. Throws UserError where that is no name of a namespace. */
export function runningNamespace({ namespace = DEFAULT_NAMESPACE }: Pick<RunningFlags, 'namespace'>): string {
  return checkedWord('--namespace', namespace, 'namespace');
}

/** Told where none of the nodes has the label of an API server. */
export function noNodes(name: string): ExternalError {
  return new ExternalError(`no node of ${name} has an API server by its labels`, {
    hint: 'Check that this is the right cluster (--context names another): kubectl get nodes --show-labels.',
  });
}

/** `--timeout` in milliseconds. */
export function readTimeLimit({ timeout }: { timeout: string }): number {
  return readWait('--timeout', timeout);
}

/** Waits; throws the reason of an interrupt. */
export async function pause(milliseconds: number, { interrupt }: Pick<Context, 'interrupt'>): Promise<void> {
  await sleep(milliseconds, undefined, { signal: interrupt }).catch(() => interrupt.throwIfAborted());
}

/** Says something on stderr, within the width of the terminal. */
export function say(text: string, { io }: Pick<Context, 'io'>): void {
  io.stderr(`${wrap(safeText(text), io.columns)}\n`);
}

/** The same for what went wrong once something was written, and what is left to do. */
export function fail(text: string, fix: string | undefined, { io }: Pick<Context, 'io'>): void {
  const red = wrap(safeText(`error: ${text}`), io.columns).replace('error:', io.style.red('error:'));
  const [first = '', ...rest] = (fix ?? '').split('\n');
  const hint =
    fix === undefined
      ? []
      : [wrap(safeText(`  Fix: ${first}`), io.columns), ...rest.map((line) => `    ${safeText(line)}`)];
  io.stderr(`${[red, ...hint].join('\n')}\n`);
}
