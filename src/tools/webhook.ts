import { choose, type FileKey } from '../cluster/kubeconfig/usable.ts';
import { isThereAt, type Part, readKubeconfig, textAt } from '../cluster/kubeconfig/read.ts';
import { serverUrl } from '../cluster/kubeconfig/server-url.ts';
import { namedFiles, type WebhookProblem, webhookProblems } from '../cluster/webhook.ts';
import { sha256 } from '../sha256.ts';
import type { ToolWebhook } from './tool.ts';

/** What is said of a webhook's kubeconfig, without its text, and what is wrong with it. */
export interface WebhookReading {
  webhook: Omit<ToolWebhook, 'source' | 'mode' | 'initialBackoff'>;
  /** kube-apiserver does not start with it. */
  refused: WebhookProblem | undefined;
  /** Events would not arrive, or could be read on their way. */
  warnings: readonly WebhookProblem[];
}

/** Reads a kubeconfig for the webhook backend. Files that it names are taken to be there. */
export function readToolWebhook(text: string): WebhookReading {
  const problems = webhookProblems(text, () => ({ isThere: true, texts: [] }));
  const refused = problems.find(({ rule }) => rule === 'webhook-unreadable');
  const { root } = readKubeconfig(text);
  const { cluster, user } = choose(root ?? { path: [], node: undefined });
  const server = textAt(cluster, 'server');
  return {
    webhook: {
      server,
      cluster: textsOf(cluster),
      hasUser: CREDENTIALS.some((key) => isThereAt(user, key)) || serverUrl(server).url?.hasUser === true,
      files: namedFiles(text, '/').map(({ value }) => value),
      digest: sha256(text).slice(0, 8),
    },
    refused,
    warnings: problems.filter((problem) => problem !== refused),
  };
}

function textsOf({ node }: Part): Record<string, string> {
  if (node?.kind !== 'map') return {};
  return Object.fromEntries(
    node.entries.flatMap(({ key, value }) => (value.kind === 'string' ? [[key, value.value]] : [])),
  );
}

const FILES: readonly FileKey[] = ['client-certificate', 'client-key', 'tokenFile'];
const CREDENTIALS = [
  ...FILES,
  'token',
  'username',
  'password',
  'client-certificate-data',
  'client-key-data',
  'exec',
  'auth-provider',
];
