import { UserError } from '../errors.ts';
import { placeholderIn } from '../policy/load/template-marks.ts';
import { isBlankYaml, splitDocuments, type Section } from '../cluster/sections.ts';

/** What `lint` takes a document of a file for; `server` starts a kube-apiserver, `unsure` has to be parsed to tell. */
type DocumentKind = 'policy' | 'server' | 'unsure';

/** A document of a file, in offsets of its text. */
export interface KindedSection extends Section {
  kind: DocumentKind;
}

/** The documents of a text that hold something, told apart without a YAML parser: it takes longer to load than all the rest. */
export function sectionsOf(text: string): KindedSection[] {
  return splitDocuments(text)
    .filter(({ start, end }) => !isBlankYaml(text.slice(start, end)))
    .map((section) => ({ ...section, kind: kindOf(text.slice(section.start, section.end)) }));
}

/**
 * Whether a document is an audit policy, or shall be one: also one with a wrong version or kind, as those are mistakes to tell, and
 * one that no parser can read.
 */
function kindOf(text: string): DocumentKind {
  const version = valueOf('apiVersion', text);
  const kind = valueOf('kind', text);
  if (version !== undefined && /^audit(?:[./]|$)|\baudit\.k8s/.test(version)) return 'policy';
  if (kind === 'Policy' && version === undefined) return 'policy';
  if (kind === 'Policy' && /^v\d/.test(version ?? '') && hasRules(text)) return 'policy';
  if (placeholderIn(version ?? '') && (kind === 'Policy' || placeholderIn(kind ?? '')) && hasRules(text))
    return 'policy';
  const isBare = kind === undefined && version === undefined && hasRules(text);
  if (isBare) return 'policy';
  return startsServer(version, kind, text) ? 'server' : 'unsure';
}

/** A configuration of kubeadm or kind, the ConfigMap of the first, or a pod of kube-apiserver. */
function startsServer(version: string | undefined, kind: string | undefined, text: string): boolean {
  if (version !== undefined && /^kubeadm\.k8s\.io\/|^kind\.(?:x-k8s|sigs\.k8s)\.io\//.test(version)) return true;
  if (kind === 'ClusterConfiguration') return version === undefined || version.includes('kubeadm');
  if (kind === 'ConfigMap') return /^\s*"?ClusterConfiguration"?\s*:/m.test(text) && text.includes('kubeadm.k8s.io/');
  return kind === 'Pod' && version === 'v1' && text.includes('kube-apiserver');
}

function hasRules(text: string): boolean {
  return /^rules:/m.test(text) && /^[ \t-]*level:/m.test(text);
}

/** Whether a text is the pod of a kube-apiserver. */
export function isServerPod(text: string): boolean {
  return /^\s*"?kind"?\s*:\s*"?Pod\b/m.test(text) && sectionsOf(text).some(({ kind }) => kind === 'server');
}

/** The value of a key in the first column, or of the first such key of a JSON object; the case of the key does not count. */
function valueOf(key: string, text: string): string | undefined {
  const isJson = /^\s*\{/.test(text);
  const pattern = isJson ? `^[^\\[]*?"?${key}"?\\s*:\\s*"?([^\\s",}]+)` : `^${key}\\s*:\\s*["']?([^\\s"'#]+)`;
  return new RegExp(pattern, isJson ? 'i' : 'im').exec(text)?.[1];
}

/** The error for a file that holds nothing that is looked at. */
export class NothingHereError extends UserError {}

/** That a file holds only documents of these kinds; with a hint, where it is known what they are. */
export function nothingHere(kinds: readonly string[], file: string, hint: string = GIVE): NothingHereError {
  return new NothingHereError(`no audit policy and no Cluster here, only ${[...new Set(kinds)].join(', ')}`, {
    hint,
    place: { file },
  });
}

const GIVE =
  'Give a Policy of audit.k8s.io/v1, the spec of a cluster as `kops get all --name NAME -o yaml` prints it, a configuration of kubeadm or kind, or the static pod of a kube-apiserver.';

/**
 * Whether a file that nobody named is one to look at: it says of itself that it holds an audit policy, documents of kOps, or what starts a
 * kube-apiserver. Rules and levels alone may be those of another program.
 */
export function saysItIsOurs(text: string): boolean {
  if (/\bkops(?:\.k8s\.io)?\/v\d/.test(text)) return true;
  return sectionsOf(text).some(({ kind, start, end }) => {
    const source = text.slice(start, end);
    if (kind === 'server') return true;
    return kind === 'policy' && (valueOf('apiVersion', source) ?? valueOf('kind', source)) !== undefined;
  });
}
