import { readFacts, type ClusterFacts } from '../../cluster/facts.ts';
import { contentOf, filesInForce, policyInForce, readPresentAudit, type PresentAudit } from '../../cluster/present.ts';
import { selectCluster } from '../../cluster/select.ts';
import { literalAt, readDocuments } from '../../cluster/documents.ts';
import type { KopsObject } from '../../cluster/types.ts';
import { UserError } from '../../errors.ts';
import { readSpecFile, readStdin } from '../../input/read.ts';
import { createKops, type KopsOptions } from '../../kops/kops.ts';
import { tellCommands, tellWaiting } from '../command-lines.ts';
import type { Context } from '../../context.ts';
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
  if (words.file === undefined) return policyOfLive(words, context);
  const text = words.file === '-' ? await readStdin(context.io.input) : (await readSpecFile(words.file)).text;
  return policyInSpec(text, words.file, words);
}

/** The same for the text of a spec file; `file` is its name for messages. */
export function policyInSpec(text: string, file: string, words: ClusterWords): NamedPolicy {
  const documents = readDocuments(text, file);
  const selection = selectCluster(documents, { file, name: words.cluster, pickWith: '--cluster' });
  const groups = selection.groups.map((group) => group.value());
  const found = findPolicy(selection.cluster.value(), groups, file);
  const place =
    found.index === null ? undefined : literalAt(selection.cluster, `/spec/fileAssets/${found.index}/content`);
  return loadedPolicy({ name: found.name, file, text: found.text, ...place }, versionFor(words, found));
}

async function policyOfLive(words: ClusterWords, context: Context): Promise<NamedPolicy> {
  const name = words.cluster ?? context.env['KOPS_CLUSTER_NAME'];
  if (!name) throw new UserError('no cluster given', { hint: 'Give --cluster NAME, or a spec file with -f FILE.' });
  const kops = createKops(kopsOptions(words, context));
  const [cluster, groups] = await context.io.progress.during(`reading ${name} with kops`, () =>
    Promise.all([kops.getCluster(name), kops.getInstanceGroups(name)]),
  );
  const found = findPolicy(cluster, groups, name);
  return loadedPolicy({ name: found.name, text: found.text }, versionFor(words, found));
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
    const who = bringing.length === 0 ? 'no file asset brings it' : `only ${bringing.join(', ')} brings it`;
    const hint = 'Give the file itself with --policy FILE.';
    return new UserError(`auditPolicyFile of ${name} is ${path}, and ${who}`, { hint, ...place });
  }
  const hint = 'Auditing is off there. kops-audit enable turns it on; --policy NAME|FILE looks at another policy.';
  return new UserError(`${name} has no audit policy`, { hint, ...place });
}

function versionFor({ kubernetesVersion }: ClusterWords, found: Found): string | undefined {
  return kubernetesVersion ?? found.kubernetesVersion ?? undefined;
}
