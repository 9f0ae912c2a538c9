import { GoYamlError, goValue, parseGoYaml } from '../policy/load/go-yaml.ts';
import { unreadableCertificates } from './certificates.ts';
import { isObject, listOf } from './json.ts';
import type { Json, JsonObject } from './types.ts';

/** Something that keeps a webhook config from working. */
export interface WebhookProblem {
  message: string;
  mend: string;
  /** kube-apiserver is sure to end at start-up. */
  fatal: boolean;
}

/**
 * Checks a kubeconfig for the webhook backend: it parses, its current context leads to one cluster and one user, the server is
 * https, and every file it names lies where kube-apiserver can read it (inline data is the better way).
 * What ends kube-apiserver is from client-go's `tools/clientcmd` (ConfirmUsable, ClientConfig).
 *
 * @param isVisible whether kube-apiserver can see a file of the instance.
 */
export function webhookProblems(text: string, isVisible: (path: string) => boolean): WebhookProblem[] {
  const config = parseConfig(text);
  if (!isObject(config))
    return [{ message: config ?? 'it is not a kubeconfig', mend: 'Give a kubeconfig file.', fatal: true }];
  const name = config['current-context'];
  if (typeof name !== 'string' || name === '')
    return [{ message: 'it has no current-context', mend: 'Name the context to use in current-context.', fatal: true }];
  const context = entry(config, 'contexts', 'context', name);
  if (!context) return [missing('context', name)];
  const cluster = entry(config, 'clusters', 'cluster', context['cluster']);
  if (!cluster) return [missing('cluster', context['cluster'])];
  const user = entry(config, 'users', 'user', context['user']);
  if (!user && context['user'] !== undefined) return [missing('user', context['user'])];
  return [
    ...serverProblems(cluster),
    ...certificateProblems(cluster, user ?? {}),
    ...fileProblems(cluster, user ?? {}, isVisible),
    ...pluginProblems(user ?? {}),
  ];
}

/** Whether a text is a kubeconfig by the look of it, so that another one may take its place. */
export function isKubeconfig(text: string): boolean {
  const config = parseConfig(text);
  return isObject(config) && config['kind'] === 'Config' && Array.isArray(config['clusters']);
}

function parseConfig(text: string): JsonObject | string | null {
  const document = parseGoYaml(text);
  const [error] = document.errors;
  if (error) return `it is not YAML (line ${lineAt(text, error.pos[0])}): ${error.message.split('\n')[0]}`;
  try {
    const value = goValue(document.contents, { document });
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof GoYamlError) return `it is not YAML: ${error.message}`;
    throw error;
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The map that an entry of a list holds; an entry without one is an empty map, as a user who needs no credentials has none. */
function entry(config: JsonObject, list: string, kind: string, name: Json | undefined): JsonObject | null {
  const found = listOf(config[list])
    .filter(isObject)
    .find((item) => item['name'] === name);
  if (!found) return null;
  const value = found[kind];
  return isObject(value) ? value : {};
}

function missing(kind: string, name: Json | undefined): WebhookProblem {
  return {
    message: `it has no ${kind} named ${JSON.stringify(name ?? '')}`,
    mend: `Add the ${kind}, or correct the name.`,
    fatal: true,
  };
}

function serverProblems(cluster: JsonObject): WebhookProblem[] {
  const server = cluster['server'];
  if (typeof server !== 'string' || server === '')
    return [{ message: 'it has no server', mend: 'Name the server that takes the events.', fatal: true }];
  if (/^https:\/\/[^/\s]+/.test(server)) return [];
  return [
    {
      message: 'its server is not an https address',
      mend: 'Events hold the names and addresses of everyone: send them over https only.',
      fatal: false,
    },
  ];
}

function certificateProblems(cluster: JsonObject, user: JsonObject): WebhookProblem[] {
  return [cluster, user].flatMap(unreadableCertificates).map((key) => ({
    message: `its ${key} holds no certificate`,
    mend: 'It must be the base64 of a PEM file: base64 -w0 < FILE.',
    fatal: true,
  }));
}

const FILE_KEYS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'] as const;

function fileProblems(cluster: JsonObject, user: JsonObject, isVisible: (path: string) => boolean): WebhookProblem[] {
  const files = FILE_KEYS.flatMap((key) => {
    const path = cluster[key] ?? user[key];
    return typeof path === 'string' && path !== '' ? [{ key, path }] : [];
  });
  return files
    .filter(({ path }) => !isVisible(path))
    .map(({ key, path }) => ({
      message: `its ${key} is the file ${path}, which kube-apiserver cannot see`,
      mend:
        key === 'tokenFile'
          ? 'Write the token itself.'
          : `Inline it as ${key}-data, or put the file into the directory of the policy.`,
      fatal: true,
    }));
}

function pluginProblems(user: JsonObject): WebhookProblem[] {
  const plugin = ['exec', 'auth-provider'].find((key) => user[key] !== undefined);
  if (!plugin) return [];
  return [
    {
      message: `its user gets credentials from ${plugin}`,
      mend: "kube-apiserver's container has no such program: use a token or a client certificate.",
      fatal: false,
    },
  ];
}
