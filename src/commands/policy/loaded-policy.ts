import { type Place, UserError } from '../../errors.ts';
import type { Diagnostic } from '../../policy/load/diagnostic.ts';
import { type LoadedPolicy, loadPolicy } from '../../policy/load/load.ts';
import type { Policy } from '../../policy/types.ts';
import type { ReadyTemplate } from '../../policy/render/render.ts';

/** A policy that somebody named, as it would run. */
export interface NamedPolicy {
  /** For messages: the template's name, the file as it was given (`-` is stdin), or the place in a cluster spec. */
  name: string;
  /** The file it is from, as it was given; left out for a template and a live cluster. */
  file?: string;
  /** The plain policy that was loaded. */
  text: string;
  /** The line of `file` that the first line of `text` is; left out where the lines of `text` are not those of the file. */
  firstLine?: number;
  /** How many blanks stand in front of each line of `text` in `file`. */
  indent?: number;
  policy: Policy;
  loaded: LoadedPolicy;
}

/** Where a text is from, for what is said of it. */
export type PolicySource = Omit<NamedPolicy, 'policy' | 'loaded'>;

/**
 * Loads a policy that must be one kube-apiserver takes. Warnings stay in `loaded.diagnostics`.
 *
 * @throws UserError at the first mistake, the others listed below it.
 */
export function loadedPolicy(source: PolicySource, kubernetesVersion?: string): NamedPolicy {
  const options = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const loaded = loadPolicy(source.text, options);
  if (loaded.policy) return { ...source, policy: loaded.policy, loaded };
  throw refused(loaded.diagnostics, source);
}

/** A template that the build has loaded; its text is read again only where more than a rule is looked for in it. */
export function readyPolicy(name: string, { text, policy, rules }: ReadyTemplate): NamedPolicy {
  const locate: LoadedPolicy['locate'] = ([first, index, ...inner], atKey) => {
    const isRule = first === 'rules' && typeof index === 'number' && inner.length === 0 && !atKey;
    return isRule
      ? rules[index]
      : loadPolicy(text).locate(
          [first, index, ...inner].filter((step) => step !== undefined),
          atKey,
        );
  };
  return { name, text, policy, loaded: { policy, diagnostics: [], locate } };
}

/** So many mistakes of a refused policy are listed. */
const MOST_MISTAKES = 20;

/** What stands in front of a line number of the text, for a person: the file where it has that line, or where else the text is from. */
export function placeName({ name, file, firstLine }: PolicySource): string {
  const shown = (firstLine === undefined ? name : file) ?? name;
  const text = shown === '-' ? 'stdin' : shown;
  return firstLine === undefined && name === file ? `${text} (rendered)` : text;
}

function refused(diagnostics: readonly Diagnostic[], source: PolicySource): UserError {
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === 'error').slice(0, MOST_MISTAKES);
  const listed = others.map((error) => `\n  ${placeText(placeOf(error, source))}: ${error.message}`).join('');
  const hint = `${first?.hint ?? 'kube-apiserver would not start with it.'}${listed && ` Also:${listed}`}`;
  const place = first && placeOf(first, source);
  return new UserError(first?.message ?? 'kube-apiserver refuses it', { hint, ...(place ? { place } : {}) });
}

/** Where a diagnostic of a policy is, in the file if the text is a part of one. */
export function placeOf({ line, column }: Diagnostic, source: PolicySource): Place {
  return {
    file: placeName(source),
    ...(line === undefined ? {} : { line: line + (source.firstLine ?? 1) - 1 }),
    ...(column === undefined ? {} : { column: column + (source.indent ?? 0) }),
  };
}

function placeText({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

/** The line of a rule, from 1, in the file if the text is a part of one; undefined where it has none. */
export function lineOfRule({ loaded, firstLine = 1 }: NamedPolicy, rule: number): number | undefined {
  const line = rule === 0 ? undefined : loaded.locate(['rules', rule - 1])?.start.line;
  return line === undefined ? undefined : line + firstLine - 1;
}

/** `--kubernetes-version` in canonical form (1.32 is 1.32.0); undefined where it was not given. Throws UserError for what is none. */
export async function readKubernetesVersion(text: string | undefined): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const { readKubernetesVersion: versionIn } = await import('../../flags/values.ts');
  return versionIn('--kubernetes-version', text);
}
