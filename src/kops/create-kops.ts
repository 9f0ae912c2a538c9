import type { KopsObject } from '../cluster/types.ts';
import { kopsArgs, kopsCommandLines } from './command-line.ts';
import { parseDocuments } from './documents.ts';
import { rubbish } from './failure.ts';
import { oneLine, withoutControls } from './output.ts';
import { parsePreview } from './preview.ts';
import { clusterNames, clusters, good, read, readOf } from './read.ts';
import { runKops, type Call } from './run.ts';
import { applyManners, replaceManners } from './supervise.ts';
import type { Kops, KopsOptions, KopsRun, Preview } from './types.ts';
import { checkVersion, parseLastApplied, parseVersion, tooOld } from './versions.ts';

/** Takes which kops, which state store, how long and who listens; gives the adapter. Runs nothing yet. */
export function createKops(options: KopsOptions): Kops {
  const apply = (call: Omit<Call, 'manners'>): Promise<KopsRun> => write(options, { ...call, manners: applyManners() });
  return {
    version: () => version(options),
    lastApplied: (name) => lastApplied(options, name),
    getCluster: (name) => getCluster(options, name),
    getInstanceGroups: (name) => getInstanceGroups(options, name),
    clusterNames: () => clusterNames(options),
    clusters: () => clusters(options),
    replace: (cluster) => replace(options, cluster),
    previewUpdate: (name) => previewUpdate(options, name),
    update: (name, update, onOutput) => apply({ args: kopsArgs.update(name, update), onOutput }),
    rollingUpdate: (name, roll, onOutput) => apply({ args: kopsArgs.rollingUpdate(name, roll), onOutput }),
    validate: (name, wait, onOutput) => apply({ args: kopsArgs.validate(name, wait), onOutput }),
    commandLine: kopsCommandLines(options.binary ?? 'kops', options.state),
  };
}

async function version(options: KopsOptions): Promise<string> {
  const run = await read(options, kopsArgs.version());
  if (/unknown flag: --short/.test(run.error)) throw tooOld('without `version --short`');
  const { stdout } = good(run, options);
  const found = parseVersion(stdout.split('\n')[0] ?? '');
  if (found === undefined) throw rubbish(run, 'its version', oneLine(stdout));
  checkVersion(found);
  return found;
}

async function lastApplied(options: KopsOptions, name: string): Promise<string | null> {
  const run = await read(options, kopsArgs.lastApplied(name));
  if (/unknown flag: --server/.test(run.error)) return null;
  return parseLastApplied(good(run, options).stdout);
}

async function getCluster(options: KopsOptions, name: string): Promise<KopsObject> {
  const run = await readOf(options, name, kopsArgs.getCluster(name, 'json'));
  const found = parseDocuments(run.stdout, 'Cluster');
  const [cluster] = found ?? [];
  if (cluster === undefined || found?.length !== 1) throw rubbish(run, 'one Cluster as JSON', oneLine(run.stdout));
  if (cluster.metadata.name !== name)
    throw rubbish(run, `the cluster ${name}`, `the cluster ${oneLine(cluster.metadata.name)}`);
  return cluster;
}

async function getInstanceGroups(options: KopsOptions, name: string): Promise<KopsObject[]> {
  const args = kopsArgs.getInstanceGroups(name);
  const run = await readOf(options, name, args, /no InstanceGroup objects found/);
  if (run.failed) return [];
  const groups = parseDocuments(run.stdout, 'InstanceGroup');
  if (groups === undefined) throw rubbish(run, 'instance groups as JSON', oneLine(run.stdout));
  return groups;
}

function replace(options: KopsOptions, cluster: KopsObject): Promise<KopsRun> {
  const args = kopsArgs.replace(cluster.metadata.name, '-');
  return write(options, { args, input: JSON.stringify(cluster), manners: replaceManners(options.timeoutMs) });
}

async function previewUpdate(options: KopsOptions, name: string): Promise<Preview> {
  const run = await readOf(options, name, kopsArgs.previewUpdate(name));
  const text = withoutControls(run.stdout);
  return { text, ...parsePreview(text) };
}

async function write(options: KopsOptions, call: Call): Promise<KopsRun> {
  const { startError: _, waitedFor: __, ...run } = await runKops(options, call);
  return run;
}
