import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ReadyTemplate } from '../policy/render/render.ts';
import { STDIN_NAME } from '../policy/render/stamp.ts';
import { UserError } from '../errors.ts';
import { shippedFile } from './shipped.ts';
import { decodeText, readSpecFile, readStdin, type Stdin } from './read.ts';
import { nearest } from '../policy/nearest.ts';

/** The built-in policies in the order in which they are offered: the default, then the one that keeps every request, then GCE's. */
const TEMPLATES = ['kops', 'metadata', 'gce'];

/** The sources of the built-in policies by name, the default first. */
export function readTemplates(): Record<string, string> {
  const folder = shippedFile('policies');
  return Object.fromEntries(TEMPLATES.map((name) => [name, readFileSync(join(folder, `${name}.yaml`), 'utf8')]));
}

/** A template as the build rendered and loaded it (scripts/build.mjs); null where there is none, as when the sources are run. */
export function readReady(name: string): ReadyTemplate | null {
  const made = READY.get(name) ?? readMade(name);
  READY.set(name, made);
  return made;
}

const READY = new Map<string, ReadyTemplate | null>();

function readMade(name: string): ReadyTemplate | null {
  const file = join(import.meta.dirname, 'policies', `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReadyTemplate) : null;
}

/** Whether a word given for a policy is a path: it has a slash, or ends as YAML and JSON files do. Else it names a template. */
export function isPolicyPath(word: string): boolean {
  return word.includes('/') || /\.(ya?ml|json)$/i.test(word);
}

/** What a policy in a file is called: its base name, which is never that of a template. */
export function policyFileName(path: string): string {
  const name = basename(path);
  return name.includes('.') ? name : `./${name}`;
}

/** The text that stands behind a word for a policy. */
interface PolicySource {
  origin: 'template' | 'file';
  /** The template's name, or the file's base name. */
  name: string;
  source: string;
  /** The path as it was given, for errors; only for a file. `-` is stdin. */
  file?: string;
}

/**
 * The policy a person named: a template, a file of their own, or, where `stdin` is given, `-` for one that comes there.
 *
 * @throws UserError for a name that is no template, with the near ones, and for a file that cannot be read.
 */
export async function wantedPolicy(
  word: string,
  templates: Readonly<Record<string, string>>,
  stdin?: () => Stdin,
): Promise<PolicySource> {
  if (word === '-' && stdin)
    return { origin: 'file', name: STDIN_NAME, file: word, source: await readStdin(stdin(), decodeText, 'a policy') };
  if (isPolicyPath(word))
    return { origin: 'file', name: policyFileName(word), file: word, source: (await readSpecFile(word)).text };
  const source = Object.hasOwn(templates, word) ? templates[word] : undefined;
  if (source !== undefined) return { origin: 'template', name: word, source };
  const names = Object.keys(templates);
  const near = nearest(word, names);
  throw new UserError(`there is no policy template named ${word}`, {
    hint: `${near ? `Did you mean ${near}? ` : ''}Templates: ${names.join(', ')}. ${hintOfFile(word)}`,
  });
}

function hintOfFile(word: string): string {
  if (existsSync(word)) return `For the file of that name write a slash before it: ./${word}`;
  return `A file of your own needs a slash or the ending .yaml: ./${word}.yaml`;
}
