import { ExternalError, UserError } from '../errors.ts';
import { callKubectl, kubectlFailure, type KubectlOptions } from './kubectl.ts';

/** A Secret of the cluster, and how it was asked for. */
interface SecretName {
  namespace: string;
  name: string;
  /** That names it: `--secret`. */
  flag: string;
  /** What to do where it is not there. */
  absent: string;
  /** The flags that take a key from elsewhere. */
  otherwise: string;
}

/**
 * Reads the values of some keys of a Secret through kubectl. They come on its stdout, and are in no command line.
 *
 * @returns the values by their keys.
 * @throws UserError where there is no such Secret or key; ExternalError where kubectl fails.
 */
export async function readSecret(
  { namespace, name, flag, absent, otherwise }: SecretName,
  keys: readonly string[],
  options: KubectlOptions,
): Promise<Map<string, string>> {
  const run = await callKubectl(options, ['get', 'secret', name, `--namespace=${namespace}`, '--output=json']);
  if (run.interrupted) throw options.signal.reason;
  if (run.failed && /\(NotFound\)/.test(run.error))
    throw new UserError(`there is no Secret ${name} in the namespace ${namespace}`, {
      hint: absent,
    });
  if (run.failed && /forbidden/i.test(run.error))
    throw new ExternalError(`the user of the context ${options.context} may not read the Secret ${name}`, {
      hint: `Ask for the right to get it, or give the key itself: ${otherwise}.`,
    });
  if (run.failed) throw kubectlFailure(run, options);
  const data = dataOf(run.stdout);
  return new Map(keys.map((key) => [key, valueOf(data, key, { name, flag })]));
}

/** What is not JSON is not shown: it could be the secret. */
function dataOf(text: string): ReadonlyMap<string, unknown> {
  try {
    const { data }: { data?: Record<string, unknown> } = JSON.parse(text);
    return new Map(Object.entries(data ?? {}));
  } catch {
    throw new ExternalError('kubectl should have printed a Secret as JSON, and printed something else');
  }
}

function valueOf(
  data: ReadonlyMap<string, unknown>,
  key: string,
  { name, flag }: Pick<SecretName, 'name' | 'flag'>,
): string {
  const value = data.get(key);
  if (typeof value === 'string') return Buffer.from(value, 'base64').toString('utf8');
  const there = [...data.keys()].toSorted();
  throw new UserError(`the Secret ${name} has no key ${key}`, {
    hint: there.length === 0 ? 'It is empty.' : `It has ${there.join(', ')}: name one with ${flag} ${name}/KEY.`,
  });
}
