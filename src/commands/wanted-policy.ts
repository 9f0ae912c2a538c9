import { basename } from 'node:path';
import type { WantedPolicy } from '../cluster/options.ts';
import { UserError } from '../errors.ts';
import { readSpecFile } from '../input/read.ts';
import { nearest } from '../policy/nearest.ts';

/** Whether a word given for a policy is a path: it has a slash, or ends as YAML and JSON files do. Else it names a template. */
export function isPolicyPath(word: string): boolean {
  return word.includes('/') || /\.(ya?ml|json)$/i.test(word);
}

/**
 * The policy a person named: a template, or a file of their own.
 *
 * @throws UserError for a name that is no template, with the near ones, and for a file that cannot be read.
 */
export async function wantedPolicy(word: string, templates: Readonly<Record<string, string>>): Promise<WantedPolicy> {
  if (isPolicyPath(word))
    return { origin: 'file', name: basename(word), file: word, source: (await readSpecFile(word)).text };
  const source = Object.hasOwn(templates, word) ? templates[word] : undefined;
  if (source !== undefined) return { origin: 'template', name: word, source };
  const names = Object.keys(templates);
  const near = nearest(word, names);
  throw new UserError(`there is no policy template named ${word}`, {
    hint: `${near ? `Did you mean ${near}? ` : ''}Templates: ${names.join(', ')}. A file of your own needs a slash or the ending .yaml: ./${word}.yaml`,
  });
}
