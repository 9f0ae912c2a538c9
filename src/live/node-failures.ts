import { ExternalError } from '../errors.ts';
import { oneLine } from '../process/words.ts';

/** An answer that is not the file: three parties can have written it. */
export interface Refusal {
  from: 'API server' | 'kubelet' | 'kubectl proxy';
  status: number;
  /** Its words. */
  text: string;
}

/** What was asked for: a node's file or folder, or the nodes themselves. */
export interface Asked {
  /** Null: which nodes there are. */
  node: string | null;
  /** Below `/var/log`. */
  path: string;
}

/** Takes what is between a status and its body; JSON is written by the API server only, and `Audit-Id` is what passed through it. */
export function readRefusal(status: number, type: string, hasAuditId: boolean, body: string): Refusal {
  if (type.startsWith('application/json')) return { from: 'API server', status, text: oneLine(statusMessage(body)) };
  return { from: hasAuditId ? 'kubelet' : 'kubectl proxy', status, text: oneLine(body) };
}

function statusMessage(body: string): string {
  try {
    const status: unknown = JSON.parse(body);
    return typeof status === 'object' && status && 'message' in status ? String(status.message) : body;
  } catch {
    return body;
  }
}

interface KnownRefusal {
  from: Refusal['from'];
  status: number;
  /** Where the status does not tell it alone. */
  pattern?: RegExp;
  message: (asked: Asked, text: string) => string;
  hint: string;
}

/** What reading needs, as a command. */
const ROLE_COMMAND = 'kubectl create clusterrole audit-log-reader --verb=get,list --resource=nodes,nodes/proxy';

const ALLOW =
  `An administrator allows it: ${ROLE_COMMAND}, and binds it with kubectl create clusterrolebinding. ` +
  'nodes/proxy is powerful: it reaches all of the kubelet, not only logs (docs/logs-from-the-control-plane.md).';
const RUNS = (what: string): string => `Check that ${what}, or copy its files and name them instead of --cluster.`;
const COPY = 'Copy the files from the node and name them instead of --cluster.';

const at = ({ node }: Asked): string => `the kubelet of ${node}`;

/** By who says it (kube-apiserver, kubelet and kubectl 1.36.3). The first that fits is told. */
const KNOWN: readonly KnownRefusal[] = [
  {
    from: 'API server',
    status: 403,
    message: ({ node }) => `you are not allowed to ${node === null ? 'list the nodes' : `read from ${node}`}`,
    hint: ALLOW,
  },
  {
    from: 'API server',
    status: 401,
    message: () => 'the API server does not know who you are',
    hint: 'Renew your kubeconfig: kops export kubeconfig --admin.',
  },
  {
    from: 'API server',
    status: 404,
    message: ({ node }) => `there is no node ${node} any more`,
    hint: 'It was replaced; its log went with it unless it was shipped. Run it again to read the new one.',
  },
  {
    from: 'API server',
    status: 503,
    pattern: /connection refused/,
    message: (asked) => `${at(asked)} does not run`,
    hint: RUNS('the node is up (kubectl get nodes)'),
  },
  {
    from: 'API server',
    status: 503,
    pattern: /unreachable|no route to host/,
    message: ({ node }) => `the API server has no route to ${node}`,
    hint: RUNS('the node is up and its network works'),
  },
  {
    from: 'API server',
    status: 503,
    pattern: /handshake timeout/,
    message: (asked) => `${at(asked)} takes connections and does not answer`,
    hint: RUNS('the kubelet is well (systemctl status kubelet)'),
  },
  {
    from: 'API server',
    status: 503,
    pattern: /verify certificate|x509/,
    message: (asked) => `the API server does not trust the certificate of ${at(asked)}`,
    hint: RUNS('its certificate is renewed (kubectl get csr)'),
  },
  {
    from: 'API server',
    status: 503,
    pattern: /timeout|deadline/,
    message: ({ node }) => `${node} does not answer the API server`,
    hint: RUNS('the node is up, and that a security group lets the API servers reach its port 10250'),
  },
  {
    from: 'API server',
    status: 503,
    pattern: /EOF|reset/,
    message: (asked) => `${at(asked)} closed the connection`,
    hint: 'Run it again; if that does not help, look at its log (journalctl -u kubelet).',
  },
  {
    from: 'API server',
    status: 503,
    message: ({ node }) => `the API server cannot reach ${node}`,
    hint: RUNS('the node is up'),
  },
  {
    from: 'API server',
    status: 500,
    pattern: /no preferred addresses/,
    message: ({ node }) => `the node ${node} has no address that the API server may use`,
    hint: RUNS('kubectl get nodes -o wide shows one'),
  },
  {
    from: 'API server',
    status: 400,
    pattern: /address not allowed/,
    message: ({ node }) => `the API server does not go to the address of ${node}`,
    hint: RUNS('kubectl get nodes -o wide shows its real one'),
  },
  {
    from: 'kubelet',
    status: 404,
    message: ({ node, path }) => `${node} has no /var/log/${path}`,
    hint: 'Check that auditing runs there: kops-audit status --live. A node that was not rolled yet has no log.',
  },
  {
    from: 'kubelet',
    status: 405,
    pattern: /Debug endpoints/,
    message: (asked) => `${at(asked)} gives no logs: its debugging handlers are off`,
    hint: `kOps turns them off on the control plane where networking.isolateControlPlane is true. ${COPY}`,
  },
  {
    from: 'kubelet',
    status: 405,
    message: (asked) => `${at(asked)} gives no logs: enableSystemLogHandler is off`,
    hint: COPY,
  },
  {
    from: 'kubelet',
    status: 403,
    pattern: /^Forbidden \(user/,
    message: (asked) => `${at(asked)} does not allow the API server to read logs`,
    hint: 'kOps binds kubelet-api to system:kubelet-api-admin (kubectl get clusterrolebinding kops:system:kubelet-api-admin). Once that is there it takes up to 30 s.',
  },
  {
    from: 'kubelet',
    status: 403,
    message: ({ node, path }) => `the kubelet of ${node} cannot open /var/log/${path}`,
    hint: RUNS('it is a file that root may read'),
  },
  {
    from: 'kubelet',
    status: 401,
    message: (asked) => `${at(asked)} does not know the API server's certificate`,
    hint: RUNS('both have the same CA; a roll of the control plane renews them'),
  },
  {
    from: 'kubectl proxy',
    status: 500,
    message: () => 'the API server cannot be reached',
    hint: 'Check that kubectl get nodes works with the same --context.',
  },
];

/** The error for an answer that is not what was asked for: what happened, what was said, what to do. */
export function refusalError(refusal: Refusal, asked: Asked): ExternalError {
  const { from, status, text } = refusal;
  const said = `(${from}: ${status}${text === '' ? '' : ` ${text}`})`;
  const known = KNOWN.find(
    (each) => each.from === from && each.status === status && (each.pattern?.test(text) ?? true),
  );
  if (known) return new ExternalError(`${known.message(asked, text)} ${said}`, { hint: known.hint });
  const what = asked.node === null ? 'the nodes' : `/var/log/${asked.path} of ${asked.node}`;
  return new ExternalError(`${what} could not be read ${said}`, { hint: COPY });
}

/** The error for a file that is not there, as the kubelet says it. */
export function missingError(asked: Asked): ExternalError {
  return refusalError({ from: 'kubelet', status: 404, text: '' }, asked);
}

/** The error for a connection that gives nothing for so long, or breaks. */
export function silenceError({ node, path }: Asked, seconds: number): ExternalError {
  return new ExternalError(`${node ?? 'the API server'} gives nothing for ${seconds} s (asked for /var/log/${path})`, {
    hint: 'Its kubelet may hang: look at it on the node (systemctl status kubelet), or run it again.',
  });
}

/** The same for one that breaks. */
export function brokenError({ node }: Asked, cause: unknown): ExternalError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ExternalError(`the connection to ${node ?? 'the API server'} broke (${oneLine(why)})`, {
    hint: 'Run it again; kubectl get nodes shows whether the API server and the node are up.',
    cause,
  });
}
