import { readFacts, type ClusterFacts } from '../../cluster/facts.ts';
import { contentOf, filesInForce, policyInForce, readPresentAudit, type PresentAudit } from '../../cluster/present.ts';
import { selectCluster } from '../../cluster/select.ts';
import { literalAt, readDocuments, type SpecDocument } from '../../cluster/documents.ts';
import type { KopsObject } from '../../cluster/types.ts';
import { UserError } from '../../errors.ts';
import { readSpecFile, readStdin } from '../../input/read.ts';
import { createKops, type KopsOptions } from '../../kops/kops.ts';
import { tellCommands, tellWaiting } from '../command-lines.ts';
import type { Context } from '../../context.ts';
import { isAuditPolicy } from '../../policy/is-policy.ts';
import { loadedPolicy, type NamedPolicy } from './loaded-policy.ts';

/** Which cluster: one in the state store, or with `file` one in a spec file (`-` is stdin). */
export interface ClusterWords {
  cluster?: string;
  state?: string;
  file?: string;
  /** Left out: that of the cluster. */
  kubernetesVersion?: string;
  /** Shows each kops command. */
  verbose?: boolean;
}

/**
 * Loads the policy that is embedded in a cluster spec, as its API server would. Only reads: `kops get`, or the file.
 *
 * @throws UserError where there is no such cluster, no policy in it, or one that kube-apiserver would refuse; ExternalError where kops
 * fails.
 */
export async function policyOfCluster(words: ClusterWords, context: Context): Promise<NamedPolicy> {
  if (words.file === undefined) {
    const found = await findInStore(words, context);
    return loadedPolicy({ name: found.name, text: found.text }, versionFor(words, found));
  }
  return policyInSpec(await specText(words.file, context), words.file, words);
}

/** The same for the text of a spec file; `file` is its name for messages. */
export function policyInSpec(text: string, file: string, words: ClusterWords): NamedPolicy {
  const { cluster, found } = findInSpec(text, file, words);
  const place = found.index === null ? undefined : literalAt(cluster, `/spec/fileAssets/${found.index}/content`);
  return loadedPolicy({ name: found.name, file, text: found.text, ...place }, versionFor(words, found));
}

/**
 * The text of the policy that is embedded in a cluster spec, as it stands there: one that kube-apiserver refuses too.
 *
 * @throws UserError where there is no such cluster, or no policy in it; ExternalError where kops fails.
 */
export async function policyTextOfCluster(words: ClusterWords, context: Context): Promise<string> {
  const found =
    words.file === undefined
      ? await findInStore(words, context)
      : findInSpec(await specText(words.file, context), words.file, words).found;
  if (isAuditPolicy(found.text)) return found.text;
  throw new UserError(`${found.name} is not an audit policy and is not shown: it may hold secrets`);
}

async function specText(file: string, { io }: Context): Promise<string> {
  return file === '-' ? readStdin(io.input) : (await readSpecFile(file)).text;
}

function findInSpec(text: string, file: string, words: ClusterWords): { cluster: SpecDocument; found: Found } {
  const documents = readDocuments(text, file);
  const { cluster, groups } = selectCluster(documents, { file, name: words.cluster, pickWith: '--cluster' });
  const values = groups.map((group) => group.value());
  return { cluster, found: findPolicy(cluster.value(), values, file) };
}

async function findInStore(words: ClusterWords, context: Context): Promise<Found> {
  const { cluster, groups } = await specInStore(words, context);
  return findPolicy(cluster, groups, cluster.metadata.name);
}

/** A Cluster and its instance groups. */
interface ClusterSpec {
  cluster: KopsObject;
  groups: readonly KopsObject[];
}

/** Reads the spec of a cluster: from the file, or with kops. Throws as `policyOfCluster`. */
export async function specOfCluster(words: ClusterWords, context: Context): Promise<ClusterSpec> {
  if (words.file === undefined) return specInStore(words, context);
  const documents = readDocuments(await specText(words.file, context), words.file);
  const { cluster, groups } = selectCluster(documents, {
    file: words.file,
    name: words.cluster,
    pickWith: '--cluster',
  });
  return { cluster: cluster.value(), groups: groups.map((group) => group.value()) };
}

async function specInStore(words: ClusterWords, context: Context): Promise<ClusterSpec> {
  const name = words.cluster ?? context.env['KOPS_CLUSTER_NAME'];
  if (!name) throw new UserError('no cluster given', { hint: 'Give --cluster NAME, or a spec file with -f FILE.' });
  const kops = createKops(kopsOptions(words, context));
  const [cluster, groups] = await context.io.progress.during(`reading ${name} with kops`, () =>
    Promise.all([kops.getCluster(name), kops.getInstanceGroups(name)]),
  );
  return { cluster, groups };
}

function kopsOptions({ state, verbose }: ClusterWords, { env, io, interrupt }: Context): KopsOptions {
  return {
    env,
    timeoutMs: 120_000,
    signal: interrupt,
    onWait: tellWaiting({ io }),
    ...(state === undefined ? {} : { state }),
    ...tellCommands(verbose, { io }),
  };
}

interface Found {
  /** The place in the spec and the cluster, for messages. */
  name: string;
  text: string;
  /** Its place in the Cluster's `fileAssets`; null where an instance group brings it, or it is not readable there. */
  index: number | null;
  kubernetesVersion: string | null;
}

function findPolicy(cluster: KopsObject, groups: readonly KopsObject[], file: string): Found {
  const facts = readFacts({ cluster, groups, kopsVersion: null });
  const present = readPresentAudit(cluster, facts.distribution);
  const { name } = cluster.metadata;
  const found = policyInForce(present, facts);
  if (!found) throw noPolicy(present, facts, name, file);
  const { index, group, asset } = found;
  return {
    name: `${group === null ? `spec.fileAssets[${index}]` : `instance group ${group}`} of ${name}`,
    text: contentOf(asset),
    index: asset.isBase64 ? null : index,
    kubernetesVersion: facts.kubernetesVersion,
  };
}

function noPolicy(present: PresentAudit, facts: ClusterFacts, name: string, file: string): UserError {
  const path = present.settings.auditPolicyFile;
  const place = file === name ? {} : { place: { file } };
  if (path) {
    const bringing = filesInForce(present, facts, 'auditPolicyFile').map(({ group }) => group);
    const who = bringing.length === 0 ? 'no file asset holds it' : `only ${bringing.join(', ')} holds it`;
    const hint = 'Give the file itself with --policy FILE.';
    return new UserError(`auditPolicyFile of ${name} is ${path}, and ${who}`, { hint, ...place });
  }
  const hint = 'Auditing is off there. kops-audit enable turns it on; --policy NAME|FILE looks at another policy.';
  return new UserError(`${name} has no audit policy`, { hint, ...place });
}

function versionFor({ kubernetesVersion }: ClusterWords, found: Found): string | undefined {
  return kubernetesVersion ?? found.kubernetesVersion ?? undefined;
}
