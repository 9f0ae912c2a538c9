import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { readWait } from '../../flags/values.ts';
import { readSecret } from '../../live/secret.ts';
import { safeJson, safeText, wrap } from '../../report/text.ts';
import { checkedUrl } from '../../ship/checks.ts';
import type { Search } from '../../ship/search.ts';
import { secretNamed, type ShipSettings } from '../../ship/settings.ts';
import { queryFor, sinkNamed } from '../../ship/sinks.ts';
import { policyOfCluster } from '../policy/cluster-policy.ts';
import { kubectlOptions } from './cluster.ts';
import { readShip, type ShipFlags } from './flags.ts';
import { type Proof, prove, type Way } from './prove.ts';

/** The flags of `ship verify` as the command line gives them. */
export interface VerifyFlags extends ShipFlags {
  context?: string;
  kubeconfig?: string;
  queryUrl?: string;
  queryEnv?: string;
  querySecret?: string;
  wait: string;
  output: 'text' | 'json';
}

/** `ship verify`: follows one event from the API server into the store. */
export async function shipVerify(flags: VerifyFlags, context: Context): Promise<number> {
  const waitMs = readWait('--wait', flags.wait);
  const url = flags.queryUrl === undefined ? undefined : checkedUrl('--query-url', flags.queryUrl);
  const settings = await readShip(flags, context);
  const kubectl = kubectlOptions({ ...flags, cluster: settings.cluster }, context);
  const way: Way = { settings, kubectl, waitMs, context };
  const search = url === undefined ? null : await searchOf(url, flags, way);
  const proof = await prove(await policyOfCluster(flags, context), way, search);
  await context.io.stdout(flags.output === 'json' ? safeJson(proofJson(proof, settings)) : proofView(proof, way));
  if (proof.steps.some(({ state }) => state === 'lost')) return 1;
  return proof.steps.some(({ state }) => state === 'unknown') ? 4 : 0;
}

async function searchOf(url: string, flags: VerifyFlags, way: Way): Promise<Omit<Search, 'id' | 'since'>> {
  const api = sinkNamed(way.settings.sink)?.queryApi;
  if (api === undefined)
    throw new UserError(
      `--query-url goes with victorialogs, loki, grafana-cloud, elastic and splunk, not with ${way.settings.sink}`,
      {
        hint: 'Leave it out: the query to paste is printed.',
      },
    );
  const secret = await searchKey(flags, way);
  const tenant = way.settings.headers.filter(({ name }) => /^x-scope-orgid$/i.test(name));
  const headers = Object.fromEntries(tenant.map(({ name, value }) => [name, value]));
  return { api, url, headers, ...(secret === undefined ? {} : { secret }) };
}

const OF_QUERY_SECRET = {
  flag: '--query-secret',
  absent: 'Check its name: it must be in the namespace of the collectors. Or give the key itself: --query-env NAME.',
  otherwise: '--query-env NAME',
};

async function searchKey({ queryEnv, querySecret }: VerifyFlags, way: Way): Promise<string | undefined> {
  if (queryEnv !== undefined) {
    const value = way.context.env[queryEnv];
    if (value) return value;
    throw new UserError('--query-env names a variable that is not set', { hint: 'Give its name, not the key itself.' });
  }
  if (querySecret === undefined) return undefined;
  const { name, key } = secretNamed('--query-secret', querySecret);
  const { namespace } = way.settings;
  return (await readSecret({ namespace, name, ...OF_QUERY_SECRET }, [key], way.kubectl)).get(key);
}

function proofJson({ steps, auditID }: Proof, { cluster, sink }: ShipSettings) {
  const lost = steps.find(({ state }) => state === 'lost')?.name ?? null;
  const shown = steps.map((step) => ({ fix: null, ...step }));
  return {
    kind: 'ShipProof',
    formatVersion: 1,
    cluster,
    sink,
    auditID,
    lostAt: lost,
    steps: shown,
    query: auditID === null ? null : queryFor(sink, auditID),
  };
}

const LABEL = 11;

function proofView({ steps, auditID }: Proof, { settings, context: { io } }: Way): string {
  const style = io.stdoutStyle;
  const marks = { ok: style.green('ok'), lost: style.red('lost'), unknown: style.yellow('unknown') };
  const lines = steps.flatMap(({ name, state, text, fix }) => [
    ...labelled(style.bold(name.padEnd(LABEL)), `${marks[state]}  ${safeText(text)}`, io.columns),
    ...(fix === undefined ? [] : labelled(' '.repeat(LABEL), `${style.bold('Fix:')} ${safeText(fix)}`, io.columns)),
  ]);
  const isStoreKnown = steps.some(({ name, state }) => name === 'store' || state === 'lost');
  const rest = auditID === null || isStoreKnown ? [] : ['', ...searchFor(settings.sink, auditID, io.columns)];
  return `${[...lines, ...rest].join('\n')}\n`;
}

function labelled(label: string, text: string, columns: number): string[] {
  const [first = '', ...rest] = wrap(text, columns - LABEL).split('\n');
  return [`${label}${first}`, ...rest.map((line) => `${' '.repeat(LABEL)}${line}`)];
}

function searchFor(sink: string, auditID: string, columns: number): string[] {
  const query = queryFor(sink, auditID);
  const text = query === null ? `Now search in ${sink} for ${auditID}.` : `Now search in ${sink} for:`;
  return [wrap(text, columns), ...(query === null ? [] : [`  ${safeText(query)}`])];
}
