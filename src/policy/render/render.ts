import { UserError } from '../../errors.ts';
import type { Diagnostic } from '../load/diagnostic.ts';
import { readYaml } from '../../yaml/read.ts';
import { loadPolicy } from '../load/load.ts';
import { MAX_POLICY_BYTES } from '../load/source.ts';
import type { Policy } from '../types.ts';
import { type ParameterValue, findTags, resolveTags } from './tags.ts';
import {
  type Parameter,
  parseValue,
  unknownParameter,
  type Template,
  templateOf,
  withoutHeadNotes,
  withSetNote,
} from './template.ts';
import { isAtLeast } from '../kube-version.ts';
import type { TextRange } from '../../yaml/positions.ts';
import { restamped, type Stamp, stampText, withoutStamp } from './stamp.ts';

/** What a template is rendered with. */
export interface RenderOptions {
  /** The template's name, or the base name of a person's file; it goes into the stamp. */
  name: string;
  /** What was given with `--set`, as text. */
  set?: Readonly<Record<string, string>>;
  /** Left out: the newest. */
  kubernetesVersion?: string;
  /** Of kops-audit. */
  toolVersion: string;
  /** What in the cluster spec was made for auditing; it goes into the stamp. */
  made?: readonly string[];
  /** The file's name, for errors; left out: `name`. */
  file?: string;
}

/** A template with its parameters filled in. */
export interface RenderedPolicy {
  /** A plain policy with a stamp as its first line, in the form that kOps prints as a block. */
  text: string;
  policy: Policy;
  stamp: Stamp;
  /** The parameters with the values that were used. */
  parameters: (Parameter & { value: ParameterValue })[];
  /** Warnings about a person's own file; a template has none. */
  diagnostics: Diagnostic[];
}

/**
 * Renders a template, or normalises a person's own policy, which may use the same tags. The same input gives the same text, and a
 * stamp that is already there is replaced.
 *
 * @throws UserError for an unknown parameter, a value that is not allowed, and a policy that kube-apiserver would refuse (the first
 * reason, with its line in the source as far as that can be told).
 */
export function renderPolicy(source: string, options: RenderOptions): RenderedPolicy {
  const text = asYaml(source, options);
  const { root, problem } = readYaml(text);
  if (problem) loadBody(text, options);
  const tags = findTags(text, root);
  const { parameters } = templateOf(text, options.name, tags);
  const values = readValues(parameters, options);
  const resolved = resolveTags({ text, tags, values, kubernetesVersion: options.kubernetesVersion });
  const { policy, diagnostics } = loadBody(resolved, options);
  const normal = normalise(resolved);
  if (normal !== resolved) sameMeaning(policy, normal, options);
  const body = withSetNote(withoutHeadNotes(normal, parameters, values.size === 0), options.set ?? {});
  const stamp = stampOf(options);
  const used = parameters.map((parameter) => ({
    ...parameter,
    value: values.get(parameter.name) ?? parameter.default,
  }));
  return { text: stampText(body, stamp), policy, stamp: { ...stamp, edited: false }, parameters: used, diagnostics };
}

/** A template with its defaults as the build rendered, loaded and judged it, once for all runs (`scripts/build.mjs`). */
export interface ReadyTemplate extends Pick<Template, 'title' | 'shares'> {
  text: string;
  policy: Policy;
  /** Where each rule stands in the text. */
  rules: TextRange[];
  /** It is this text from this minor release of Kubernetes 1 on. */
  since: number;
  /** The rules for policies have nothing to say of it, with any of these releases. */
  isSound: boolean;
}

/** What `renderPolicy` gives for the source of a ready template; null where other values or an older Kubernetes are asked for. */
export function renderReady(
  { text, policy, since }: ReadyTemplate,
  options: RenderOptions,
): Omit<RenderedPolicy, 'parameters'> | null {
  const { set = {}, kubernetesVersion } = options;
  if (Object.keys(set).length > 0 || !isAtLeast(kubernetesVersion, since)) return null;
  const stamp = stampOf(options);
  return { text: restamped(text, stamp), policy, stamp: { ...stamp, edited: false }, diagnostics: [] };
}

function stampOf({ name, toolVersion, set = {}, made = [] }: RenderOptions): Omit<Stamp, 'edited'> {
  return { policy: name, version: toolVersion, set: { ...set }, made: [...made] };
}

// Checked before anything is read, since tags are looked for first. JSON below a comment is YAML, so it must be written as such.
function asYaml(source: string, options: RenderOptions): string {
  if (source.length > MAX_POLICY_BYTES)
    throw failure({ severity: 'error', code: 'too-large', message: 'the policy is larger than 1 MiB' }, options);
  const text = withoutStamp(source.replace(/^\uFEFF/, ''));
  if (!/^\s*\{/.test(text)) return lineFeeds(text);
  const { policy } = loadBody(text, options);
  const written = asFlow(JSON.parse(text));
  if (says(written, policy, options)) return written;
  // Go merges what stands twice, in its own ways: what it holds in the end is what was judged.
  return asFlow({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...policy });
}

function asFlow(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replaceAll(/[\u007f-\uffff]/g, escape)}\n`;
}

function escape(char: string): string {
  return char >= '\ud800' && char <= '\udfff' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function lineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function readValues(
  parameters: readonly Parameter[],
  { name: policy, set = {} }: RenderOptions,
): Map<string, ParameterValue> {
  const values = new Map<string, ParameterValue>();
  for (const [name, text] of Object.entries(set)) {
    const parameter = parameters.find((entry) => entry.name === name);
    if (!parameter) throw unknownParameter(name, policy, parameters);
    values.set(name, parseValue(parameter, text));
  }
  return values;
}

interface Body {
  policy: Policy;
  diagnostics: Diagnostic[];
}

function loadBody(text: string, options: RenderOptions): Body {
  const { kubernetesVersion } = options;
  const { policy, diagnostics } = loadPolicy(text, kubernetesVersion === undefined ? {} : { kubernetesVersion });
  if (policy) return { policy, diagnostics };
  throw failure(
    diagnostics.find(({ severity }) => severity === 'error') ?? {
      severity: 'error',
      code: 'unreadable',
      message: 'unreadable',
    },
    options,
  );
}

function failure({ message, hint, line, column }: Diagnostic, { name, file = name }: RenderOptions): UserError {
  const place = { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
  return new UserError(message, { ...(hint ? { hint } : {}), place });
}

// Tabs and blanks inside quotes are the one thing that normalising can change.
function sameMeaning(policy: Policy, normalised: string, options: RenderOptions): void {
  if (says(normalised, policy, options)) return;
  throw failure(
    {
      severity: 'error',
      code: 'blanks-in-text',
      message: 'a text in the policy holds a tab, or spaces at the end of a line',
    },
    options,
  );
}

function says(text: string, policy: Policy, { kubernetesVersion }: RenderOptions): boolean {
  const loaded = loadPolicy(text, kubernetesVersion === undefined ? {} : { kubernetesVersion });
  return JSON.stringify(loaded.policy) === JSON.stringify(policy);
}

const DOCUMENT_MARK = /^(?:---|\.\.\.)/m;

function firstDocument(text: string): string {
  return DOCUMENT_MARK.test(text) ? text.slice(0, readYaml(text).end) : text;
}

/**
 * Gives a policy text the form that kOps prints as a readable block: LF, no byte order mark, no tabs, no trailing blanks, one line
 * feed at the end; also no stamp of ours and only the first YAML document. Doing it twice changes nothing.
 */
function normalise(text: string): string {
  const lines = firstDocument(withoutStamp(text.replace(/^\uFEFF/, '')))
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .split('\n')
    .map((line) => line.trimEnd());
  return `${lines.join('\n').trimEnd()}\n`;
}
