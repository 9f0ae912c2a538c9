import { request } from 'node:http';
import { ExternalError } from '../errors.ts';
import { callKubectl, type KubectlOptions } from './kubectl.ts';
import { brokenError, silenceError } from './node-failures.ts';

/** A request to the API server, and the ID that its audit events shall have. */
export interface MarkedRequest {
  socketPath: string;
  method: 'GET' | 'DELETE';
  path: string;
  auditID: string;
  signal: AbortSignal;
}

const ASKED = { node: null, path: '' };
const SILENCE_MS = 30_000;

/**
 * Sends one request through `kubectl proxy`.
 *
 * @returns its status, and the ID that the API server gave its events (`k8s.io/apiserver`, `WithAuditID`: ours, where it is one).
 * @throws ExternalError where no answer comes, or kubectl cannot reach the API server; the signal's reason.
 */
export function sendMarked({ auditID, signal, ...where }: MarkedRequest): Promise<{ status: number; auditID: string }> {
  return new Promise((done, fail) => {
    const headers = { 'user-agent': 'kops-audit', 'audit-id': auditID };
    const sent = request({ ...where, headers, signal });
    const timer = setTimeout(() => sent.destroy(silenceError(ASKED, SILENCE_MS / 1000)), SILENCE_MS);
    sent.on('error', (error) => {
      clearTimeout(timer);
      const failure = error instanceof ExternalError ? error : brokenError(ASKED, error);
      fail(signal.aborted ? signal.reason : failure);
    });
    sent.on('response', (answer) => {
      clearTimeout(timer);
      answer.resume();
      const given = answer.headers['audit-id'];
      if (typeof given === 'string') done({ status: answer.statusCode ?? 0, auditID: given });
      else fail(brokenError(ASKED, new Error(`status ${answer.statusCode} without an Audit-Id`)));
    });
    sent.end();
  });
}

/** Who kubectl is for the API server; undefined where that cannot be asked (Kubernetes before 1.28). Throws the signal's reason. */
export async function whoAmI(options: KubectlOptions): Promise<{ username: string; groups: string[] } | undefined> {
  const run = await callKubectl(options, ['auth', 'whoami', '--output=json']);
  if (run.interrupted) throw options.signal.reason;
  if (run.failed) return undefined;
  try {
    const { status }: { status: { userInfo: { username: string; groups?: string[] } } } = JSON.parse(run.stdout);
    const { username, groups = [] } = status.userInfo;
    return { username: String(username), groups: groups.map(String) };
  } catch {
    return undefined;
  }
}
