import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { ExternalError } from '../../errors.ts';
import { Exporter } from '../../live/exporter.ts';
import { type MarkedRequest, sendMarked, whoAmI } from '../../live/harmless.ts';
import { sendHttp } from '../../live/http.ts';
import type { KubectlOptions } from '../../live/kubectl.ts';
import { NodeClient, startApiProxy } from '../../live/node-client.ts';
import { NodeLog } from '../../live/node-log.ts';
import { createMasker } from '../../report/mask.ts';
import type { CollectorCounts } from '../../ship/metrics.ts';
import { type NodePod, podsOnNodes } from '../../ship/on-nodes.ts';
import {
  HARMLESS_PATHS,
  lostBehindTheFile,
  type ProofRequest,
  recordedRequest,
  type Sender,
  type Step,
} from '../../ship/proof.ts';
import { isFound, type Search, searchRequest } from '../../ship/search.ts';
import type { ShipSettings } from '../../ship/settings.ts';
import { judge } from '../../ship/verdict.ts';
import type { NamedPolicy } from '../policy/loaded-policy.ts';
import { pause } from './cluster.ts';
import { keyForms } from './key.ts';

/** All that the steps share. */
export interface Way {
  settings: ShipSettings;
  kubectl: KubectlOptions;
  waitMs: number;
  context: Context;
}

/** An event that is looked for. */
export interface Proof {
  steps: Step[];
  auditID: string | null;
}

const LOOK_MS = 500;

/** Goes from step to step; what is lost at one is not looked for behind it. */
export async function prove(named: NamedPolicy, way: Way, search: Omit<Search, 'id' | 'since'> | null): Promise<Proof> {
  const { policy, name } = named;
  const sender = await whoAmI(way.kubectl);
  const chosen = recordedRequest(policy, sender ?? SOMEBODY, randomUUID());
  if (chosen === null) return { steps: [notRecorded(name, sender)], auditID: null };
  const steps: Step[] = [
    { name: 'policy', state: 'ok', text: `Rule ${chosen.rule} records ${chosen.words}: ${chosen.level}` },
  ];
  const exporter = new Exporter(way.kubectl, way.settings.namespace);
  const before = await lookAt(exporter);
  const since = new Date(way.context.now().getTime() - 60_000);
  const sent = await inTheFile(chosen, way);
  const { auditID } = sent;
  steps.push(sent.step);
  if (sent.step.state === 'lost') return { steps, auditID };
  steps.push(
    ...(await behindTheFile(sent, { way, exporter, before, search: search && { ...search, id: auditID, since } })),
  );
  return { steps, auditID };
}

const SOMEBODY: Sender = { username: 'someone', groups: ['system:authenticated'] };

function notRecorded(policy: string, sender: Sender | undefined): Step {
  const text = `${policy} records none of the harmless requests of ${sender?.username ?? 'a user that is not known'} that were thought of`;
  const fix =
    'A read of a Secret or ConfigMap, and a delete, should leave an event. See which rule decides: kops-audit policy explain delete configmaps/x --as USER --cluster NAME.';
  return { name: 'policy', state: 'lost', text, fix };
}

interface Sent {
  auditID: string;
  step: Step;
  /** Whose log has it; null where that is not known. */
  node: string | null;
}

/** Sends the request, and looks for its event in the log of each node. */
async function inTheFile(chosen: ProofRequest, { settings, kubectl, waitMs, context }: Way): Promise<Sent> {
  const { socketPath } = await startApiProxy(kubectl, HARMLESS_PATHS);
  const { interrupt: signal, io } = context;
  const folder = /^\/var\/log(?:\/(.*))?$/.exec(settings.log.directory)?.[1];
  const client = new NodeClient({ socketPath, signal });
  const nodes = folder === undefined ? [] : await client.nodes();
  const logs = nodes.map((node): WatchedLog => {
    const place = { node, folder: folder ?? '', name: settings.log.name };
    return { node, log: new NodeLog(client, place, () => {}), failure: null };
  });
  const request: Omit<MarkedRequest, 'auditID'> = { socketPath, method: chosen.method, path: chosen.path, signal };
  await Promise.all(logs.map((each) => kept(each, () => each.log.skip())));
  const { auditID } = await sendMarked({ ...request, auditID: randomUUID() });
  const node = await io.progress.during('looking for it in the log', () => found(logs, auditID, { waitMs, context }));
  return { auditID, node, step: fileStep(node, logs, settings) };
}

interface WatchedLog {
  node: string;
  log: NodeLog;
  failure: Error | null;
}

/** What fails at one node does not keep the others from being looked at. */
async function kept(log: WatchedLog, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    log.failure = error;
  }
}

async function found(
  logs: readonly WatchedLog[],
  auditID: string,
  { waitMs, context }: Pick<Way, 'waitMs' | 'context'>,
): Promise<string | null> {
  const ends = Date.now() + waitMs;
  const tails = new Map<string, string>();
  for (;;) {
    for (const watched of logs.filter(({ failure }) => failure === null))
      await kept(watched, async () => {
        for await (const bytes of watched.log.news())
          tails.set(
            watched.node,
            `${(tails.get(watched.node) ?? '').slice(-100)}${Buffer.from(bytes).toString('latin1')}`,
          );
      });
    const node = [...tails].find(([, text]) => text.includes(`"auditID":"${auditID}"`))?.[0];
    if (node !== undefined) return node;
    if (Date.now() >= ends || logs.every(({ failure }) => failure !== null)) return null;
    await pause(LOOK_MS, context);
  }
}

const UNREADABLE = 'kubelets give only what is below /var/log, of nodes that have an API server by their labels';

function fileStep(node: string | null, logs: readonly WatchedLog[], { log }: ShipSettings): Step {
  const path = `${log.directory}/${log.name}`;
  if (logs.length === 0) return { name: 'file', state: 'unknown', text: `${path} cannot be read: ${UNREADABLE}` };
  if (node !== null) return { name: 'file', state: 'ok', text: `It is in ${path} on ${node}` };
  const failures = logs.flatMap((each) => (each.failure === null ? [] : [`${each.node}: ${each.failure.message}`]));
  const text = `It is not in ${path} of ${logs.map((each) => each.node).join(', ')}`;
  if (failures.length > 0)
    return { name: 'file', state: 'unknown', text: `${text}, but not all could be read: ${failures.join('; ')}` };
  const fix =
    'The API server that answered writes another log, or runs with another policy: the spec is not applied, or a node was not rolled since. kops-audit status --live tells.';
  return { name: 'file', state: 'lost', text, fix };
}

interface Behind {
  way: Way;
  exporter: Exporter;
  before: Collectors;
  search: Search | null;
}

/** Where the store can be searched that decides; a collector is asked where it has nothing, or cannot be. */
async function behindTheFile({ node }: Sent, { way, exporter, before, search }: Behind): Promise<Step[]> {
  const state = search === null ? null : await inTheStore(search, way);
  if (state === 'found') {
    const text = `It is in ${way.settings.sink}`;
    return [{ name: 'store', state: 'ok', text }];
  }
  if (state !== null && state !== 'nothing') return [state];
  if (node === null)
    return [{ name: 'collector', state: 'unknown', text: 'On which node it was written is not known' }];
  const look = async (): Promise<Step> => {
    const { pods, counts, error } = await lookAt(exporter, node);
    const pod = pods.find((each) => each.node === node);
    const last = { before: counted(before, pod), after: counts.get(pod?.pod ?? '') ?? null, error };
    return lostBehindTheFile({ node, pod, ...last });
  };
  return search === null ? [await untilSent(look, way)] : [await look()];
}

function counted({ counts }: Collectors, pod: NodePod | undefined): CollectorCounts | null {
  return counts.get(pod?.pod ?? '') ?? null;
}

/** Without a search the best that can be said is that the collector sent something, and the store refused nothing. */
async function untilSent(look: () => Promise<Step>, { waitMs, context, settings }: Way): Promise<Step> {
  const ends = Date.now() + waitMs;
  for (;;) {
    const step = await look();
    if (step.sent !== undefined) return { name: 'collector', state: 'ok', text: tookThem(step.sent, settings.sink) };
    if (step.name === 'key' || step.state === 'unknown' || Date.now() >= ends) return step;
    await pause(LOOK_MS, context);
  }
}

function tookThem(sent: number, sink: string): string {
  return `The collector of that node sent ${sent} events since, and ${sink} took them`;
}

/** The collectors at a moment. */
interface Collectors {
  pods: readonly NodePod[];
  /** By the name of the pod. */
  counts: ReadonlyMap<string, CollectorCounts>;
  error: string | null;
}

const NONE: Collectors = { pods: [], counts: new Map(), error: null };

/** What may not be asked is left out. */
async function lookAt(exporter: Exporter, node?: string): Promise<Collectors> {
  try {
    const pods = podsOnNodes(await exporter.look());
    const wanted = pods.filter((pod) => node === undefined || pod.node === node);
    const names = wanted.flatMap(({ pod }) => (pod === null ? [] : [pod]));
    const counts = await Promise.all(names.map((name) => exporter.counts(name).catch(refusal)));
    const known = names.flatMap((name, at): [string, CollectorCounts][] => {
      const each = counts[at];
      return each ? [[name, each]] : [];
    });
    const [only] = names;
    const error = node === undefined || only === undefined ? null : await exporter.lastError(only);
    return { pods, counts: new Map(known), error: error === null ? null : error.text };
  } catch (error) {
    refusal(error);
    return NONE;
  }
}

function refusal(error: unknown): null {
  if (error instanceof ExternalError) return null;
  throw error;
}

/** Asks the store again and again. What it says of a wrong key or address is told at once. */
async function inTheStore(search: Search, { waitMs, context }: Way): Promise<'found' | 'nothing' | Step> {
  const { io, interrupt: signal } = context;
  const mask = createMasker(keyForms(search.secret === undefined ? [] : [search.secret]));
  const ends = Date.now() + waitMs;
  return io.progress.during('looking for it in the store', async () => {
    for (;;) {
      const answer = await sendHttp({ ...searchRequest(search), timeoutMs: 30_000, signal });
      if (answer.type === 'answer' && answer.status === 200) {
        if (isFound(search, answer.body.toString())) return 'found';
      } else {
        const { what, said } = judge(answer);
        const text = `The store could not be searched: ${what}${said === '' ? '' : ` (${mask.text(said).slice(0, 200)})`}`;
        return { name: 'store', state: 'unknown', text, fix: 'Check --query-url, and the key for the search.' };
      }
      if (Date.now() >= ends) return 'nothing';
      await pause(LOOK_MS, context);
    }
  });
}
