import { positionsOf } from '../yaml/positions.ts';
import { nearestStretch, type Path } from '../yaml/json-node.ts';
import { quote } from '../policy/load/words.ts';
import { isThereAt, partAt, textAt, type Part } from './kubeconfig/nodes.ts';
import { inWords, readKubeconfig, type Refusal } from './kubeconfig/read.ts';
import { serverUrl, type GoUrl } from './kubeconfig/server-url.ts';
import {
  choose,
  emptyAuthority,
  isRefused,
  isSecure,
  keyPairFaults,
  NO_PLUGIN,
  tokenTexts,
  usableFaults,
  type Chosen,
  type FileLookup,
} from './kubeconfig/usable.ts';

/** Something that keeps a webhook config from working, or from being safe. */
export interface WebhookProblem {
  rule: 'webhook-unreadable' | 'webhook-asset-missing' | 'webhook-config' | 'webhook-plain-http';
  message: string;
  mend: string;
  line: number;
  column: number;
  /** The part of the config it is about, as `users[0].user.token`. */
  about: string;
}

/**
 * What is wrong with a kubeconfig for the webhook backend. `webhook-unreadable` is what `NewBackend` of k8s.io/apiserver 0.37.2
 * (`plugin/pkg/audit/webhook`) refuses, so that kube-apiserver ends when it starts; only where it refuses nothing the rest is told:
 * events that would not arrive, or could be read on their way.
 *
 * @param files finds the files it names.
 */
export function webhookProblems(text: string, files: FileLookup): WebhookProblem[] {
  const { root, tree, refusals } = readKubeconfig(text);
  const positions = positionsOf(text);
  const placed = <Found extends { at: number | Path }>({ at, ...rest }: Found): Omit<Found, 'at'> & Place => {
    const { line, column } = positions.at(typeof at === 'number' ? at : nearestStretch(tree, at).start);
    return { ...rest, line, column, about: typeof at === 'number' ? 'syntax' : inWords(at) };
  };
  if (!root) return refusals.map((refusal) => ({ rule: 'webhook-unreadable', ...placed(refusal) }));
  const faults = usableFaults(root, files);
  return [...faults, ...(isRefused(faults) ? [] : softFaults(choose(root), files))].map(placed);
}

type Place = Pick<WebhookProblem, 'line' | 'column' | 'about'>;

/** Whether a text is a kubeconfig by the look of it, so that another one may take its place. */
export function isKubeconfig(text: string): boolean {
  const { root } = readKubeconfig(text);
  return root !== null && textAt(root, 'kind') === 'Config' && partAt(root, 'clusters').node?.kind === 'list';
}

type Soft = Omit<Refusal, 'at'> & { rule: WebhookProblem['rule']; at: Path };

function softFaults(chosen: Chosen, files: FileLookup): Soft[] {
  const { url } = serverUrl(textAt(chosen.cluster, 'server'));
  if (!url) return [];
  const at = [...chosen.cluster.path, 'server'];
  return [
    ...(/[<>${}]/.test(url.host) ? [PLACEHOLDER].map((rest) => ({ ...rest, at })) : []),
    ...(isSecure(url) ? secureFaults(chosen, files) : [openFault(url, chosen.user, at)]),
  ];
}

const PLACEHOLDER = {
  rule: 'webhook-config',
  message: 'the host of its server has a placeholder in it, which no host is called',
  mend: 'Put the name or the address of the collector there.',
} as const;

const HTTPS = 'Write https://, and the CA into certificate-authority-data.';

function openFault({ scheme, hasUser }: GoUrl, user: Part, at: Path): Soft {
  const config = { rule: 'webhook-config', at, mend: HTTPS } as const;
  if (scheme !== 'http') {
    return {
      ...config,
      message: `its server has the scheme ${quote(scheme)}: kube-apiserver can send to https and http only`,
    };
  }
  if (hasUser)
    return { ...config, message: 'its server is plain http, and the user in the address can be read on the way' };
  const key = CREDENTIALS.find((each) => isThereAt(user, each));
  if (key === undefined) {
    return {
      ...config,
      rule: 'webhook-plain-http',
      message: 'its server is plain http: the events can be read on their way',
    };
  }
  const message = `its server is plain http, and its user has ${key}: client-go sends no credentials over http, so the server takes the events from anybody or from nobody`;
  return { ...config, message };
}

const CREDENTIALS = [
  'token',
  'tokenFile',
  'username',
  'password',
  'client-certificate-data',
  'client-certificate',
  'exec',
  'auth-provider',
] as const;

function secureFaults({ cluster, user }: Chosen, files: FileLookup): Soft[] {
  return [
    ...tokenFaults(user, 'token', [textAt(user, 'token')]),
    // Blanks around it are cut off (`fileTokenSource` in `transport/token_source.go`).
    ...tokenFaults(
      user,
      'tokenFile',
      tokenTexts(user, files).map((text) => text.trim() || '\n'),
    ),
    ...(isThereAt(user, 'exec') ? [soft(user, 'exec', 'its user gets credentials from exec', NO_PLUGIN)] : []),
    ...[...emptyAuthority(cluster, files), ...keyPairFaults(user, files)].map(
      ({ at, message, mend }) => ({ rule: 'webhook-config', at, message, mend }) as const,
    ),
  ];
}

function tokenFaults(user: Part, key: 'token' | 'tokenFile', texts: readonly string[]): Soft[] {
  const text = texts.find((each) => /[\u0000-\u0008\u000A-\u001F\u007F]/.test(each));
  if (text === undefined) return [];
  const message =
    text === '\n'
      ? `its ${key} holds no token`
      : `its ${key} has a line break or another control character in it: no request can carry it`;
  return [soft(user, key, message, 'Write the token on one line, in quotes where it is not in a file.')];
}

function soft(part: Part, key: string, message: string, mend: string): Soft {
  return { rule: 'webhook-config', at: [...part.path, key], message, mend };
}
