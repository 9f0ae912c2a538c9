import { decodeText, readSpecFile, readStdin } from '../../input/read.ts';
import type { Context } from '../../context.ts';
import { isPolicyPath, readReady, readTemplates, wantedPolicy } from '../../input/templates.ts';
import { loadedPolicy, type NamedPolicy, readyPolicy } from './loaded-policy.ts';
import { isUtf8 } from 'node:buffer';
import { sectionsOf } from '../../lint/kinds.ts';
import { decodeBytes } from '../../yaml/bytes.ts';

export interface PolicyOptions {
  /** Parameters, as `readSet` gives them. */
  set?: Readonly<Record<string, string>>;
  /** Left out: the newest, or that of the cluster. */
  kubernetesVersion?: string;
}

/**
 * Loads the policy that a word names: a template, a file of somebody's own (rendered where it has parameters), `-` for stdin, or a
 * cluster spec in a file, of which the embedded policy is taken.
 *
 * @throws UserError for an unknown name, an unreadable file, a wrong parameter, and a policy that kube-apiserver would refuse (all its
 * mistakes, with file, line and column).
 */
export async function namedPolicy(
  word: string,
  options: PolicyOptions,
  { io }: Pick<Context, 'io'>,
): Promise<NamedPolicy> {
  if (word !== '-' && !isPolicyPath(word)) return ofTemplate(word, options);
  const text =
    word === '-' ? await readStdin(io.input, decodePolicy, 'a policy') : (await readSpecFile(word, decodePolicy)).text;
  return policyInText(text.replace(/^\uFEFF/, ''), word, options);
}

async function ofTemplate(word: string, options: PolicyOptions): Promise<NamedPolicy> {
  const ready = hasDefaults(options) ? readReady(word) : null;
  if (ready !== null) return readyPolicy(word, ready);
  const { source } = await wantedPolicy(word, readTemplates());
  return loadedPolicy({ name: word, text: await rendered(source, word, options) }, options.kubernetesVersion);
}

function hasDefaults({ set = {}, kubernetesVersion }: PolicyOptions): boolean {
  return Object.keys(set).length === 0 && kubernetesVersion === undefined;
}

async function policyInText(text: string, file: string, options: PolicyOptions): Promise<NamedPolicy> {
  if (await isClusterSpec(text)) {
    const { policyInSpec } = await import('./cluster-policy.ts');
    return policyInSpec(text, file, options);
  }
  const isPlain = Object.keys(options.set ?? {}).length === 0 && !/!(param|since):/.test(text);
  const source = isPlain ? { text, firstLine: 1 } : { text: await rendered(text, file, options) };
  return loadedPolicy({ name: file, file, ...source }, options.kubernetesVersion);
}

async function isClusterSpec(text: string): Promise<boolean> {
  if (!text.includes('kops.k8s.io/')) return false;
  const { isAuditPolicy } = await import('../../policy/is-policy.ts');
  return !isAuditPolicy(text);
}

async function rendered(source: string, name: string, { set, kubernetesVersion }: PolicyOptions): Promise<string> {
  const [{ renderPolicy }, { VERSION }] = await Promise.all([
    import('../../policy/render/render.ts'),
    import('../../version.ts'),
  ]);
  const { text } = renderPolicy(source, {
    name,
    toolVersion: VERSION,
    ...(set ? { set } : {}),
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
  });
  return text;
}

/**
 * Bytes of a file that may hold a policy, as text. kube-apiserver also reads UTF-16, and tells where a policy is no UTF-8: so what is no
 * UTF-8 is decoded as `loadPolicyBytes` does it where it is a policy. kOps reads its specs as UTF-8 only.
 *
 * @throws UserError as `decodeText` does, for all that is no policy.
 */
export function decodePolicy(bytes: Uint8Array, file: string): string {
  if (isUtf8(bytes)) return decodeText(bytes, file);
  const { text } = decodeBytes(bytes);
  const sections = sectionsOf(text.replace(/^\uFEFF/, ''));
  return sections.length > 0 && sections.every(({ kind }) => kind === 'policy') ? text : decodeText(bytes, file);
}
