import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_SERVER_LABELS } from '../cluster/groups.ts';
import { ExternalError, UserError } from '../errors.ts';
import type { AuditEvent } from '../events/event.ts';
import { runInBackground } from '../process/background.ts';
import { commandLine } from '../process/words.ts';
import { kubectlFailure, type KubectlOptions } from './kubectl.ts';
import { type Asked, brokenError, readRefusal, refusalError, silenceError } from './node-failures.ts';

/** Where the API server is asked, by HTTP on a unix socket. */
interface ApiProxy {
  socketPath: string;
  stop: () => void;
}

/** Linux takes 107 bytes, macOS 103. */
const LONGEST_SOCKET = 103;

/**
 * A proxy that passes nothing but reads of nodes' logs, and what else is needed. It is no fence (`%2e%2e` passes): what is asked for is
 * checked by `safePath`.
 */
function fence(more: string | undefined): string[] {
  const paths = ['^/api/v1/nodes$', '^/api/v1/nodes/[^/]+/proxy/logs/', ...(more === undefined ? [] : [more])];
  return [`--accept-paths=${paths.join(',')}`, `--reject-methods=POST,PUT,PATCH${more === undefined ? ',DELETE' : ''}`];
}

/**
 * Starts `kubectl proxy` on a socket in a folder that only we may enter. It ends when we do.
 *
 * @param more a pattern of paths that may be asked besides those of logs, DELETE included.
 * @throws UserError where there is no kubectl, ExternalError where it fails.
 */
export async function startApiProxy(options: Omit<KubectlOptions, 'signal'>, more?: string): Promise<ApiProxy> {
  const { binary = 'kubectl', context, kubeconfig, env, timeoutMs } = options;
  const folder = await socketFolder();
  const socketPath = join(folder, 's');
  const config = kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`];
  const args = [`--context=${context}`, ...config, 'proxy', `--unix-socket=${socketPath}`, ...fence(more)];
  const command = commandLine(binary, args);
  options.onCommand?.(command);
  const { stop, failure } = await runInBackground({ binary, args, env, ready: 'Starting to serve', timeoutMs, folder });
  if (failure === null) return { socketPath, stop };
  await rm(folder, { recursive: true, force: true });
  throw startError(failure, { ...options, binary, command });
}

async function socketFolder(): Promise<string> {
  const folders = [tmpdir(), '/tmp'].filter((folder) => Buffer.byteLength(folder) + 30 < LONGEST_SOCKET);
  for (const folder of folders) {
    const made = await mkdtemp(join(folder, 'kops-audit-')).catch(() => null);
    if (made !== null) return made;
  }
  throw new UserError(`there is no folder for a socket: neither ${tmpdir()} nor /tmp can be used`, {
    hint: 'Set TMPDIR to a folder with a short path that you may write to.',
  });
}

function startError(
  { exitCode, timedOut, stderr }: { exitCode: number | null; timedOut: boolean; stderr: string },
  { binary, command, context, timeoutMs }: Omit<KubectlOptions, 'signal'> & { binary: string; command: string },
): Error {
  if (exitCode === 127 || exitCode === 126)
    return new UserError(`${binary} was not found or cannot be run`, {
      hint: '--cluster reads the log with kubectl: put it on PATH.',
    });
  const error = stderr.trim() === '' ? `it exited with status ${exitCode ?? 'unknown'}` : stderr.trim();
  return kubectlFailure({ error, timedOut, command, startError: undefined }, { context, timeoutMs });
}

/** How the API server is asked. */
interface NodeClientOptions {
  socketPath: string;
  signal: AbortSignal;
  /** How long nothing may come. The API server itself gives up on a node after 30 s, but waits for ever for a kubelet that is silent. */
  silenceMs?: number;
}

const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** So many of our requests are remembered: a day of one node. */
const KEPT = 100_000;

/** Asks the API server for nodes, and through it their kubelets for logs. All throw ExternalError, or the signal's reason. */
export class NodeClient {
  /** How many requests were sent. */
  requests: number = 0;
  readonly #options: Required<NodeClientOptions>;
  readonly #agent: Agent = new Agent({ keepAlive: true });
  readonly #own: Map<string, string> = new Map();

  constructor(options: NodeClientOptions) {
    this.#options = { silenceMs: 40_000, ...options };
  }

  /**
   * Whether an event is of a request that was sent here: by its ID, which is made up at random for each request, and by what was asked.
   * The name of the client is not looked at: anybody may use it.
   */
  isOurs({ auditID, requestURI, verb }: Pick<AuditEvent, 'auditID' | 'requestURI' | 'verb'>): boolean {
    const path = this.#own.get(auditID);
    return path !== undefined && (verb === 'get' || verb === 'list') && requestURI.split('?')[0] === path;
  }

  /** The nodes with an API server, sorted by name. */
  async nodes(): Promise<string[]> {
    const lists = await Promise.all(API_SERVER_LABELS.map((label) => this.#nodesWith(label)));
    return [...new Set(lists.flat())].filter((name) => /^[a-z0-9][a-z0-9.-]*$/.test(name)).toSorted();
  }

  async #nodesWith(label: string): Promise<string[]> {
    const asked = { node: null, path: '' };
    const path = `/api/v1/nodes?labelSelector=${encodeURIComponent(label)}`;
    const body = await this.#text(await this.#get(path, { accept: NAMES_ONLY }, asked), asked);
    try {
      const { items }: { items: { metadata: { name: string } }[] | null } = JSON.parse(body);
      return (items ?? []).map(({ metadata }) => String(metadata.name)); // null where there are none
    } catch {
      throw new ExternalError('the API server should have given a list of nodes, and gave something else', {
        hint: 'Check that kubectl get nodes works with the same --context.',
      });
    }
  }

  /** The names in a folder below `/var/log`, those of folders with a slash at the end. Go's file server lists them as links. */
  async list(node: string, folder: string): Promise<string[]> {
    const asked = { node, path: folder };
    const page = await this.#text(await this.#ask(asked, folder === '' ? '' : `${safePath(folder)}/`, {}), asked);
    return [...page.matchAll(/<a href="([^"]*)">/g)].map(([, link = '']) => nameOf(link));
  }

  /**
   * Opens a file below `/var/log`.
   *
   * @param range as in the header `Range`: `100-`, `-512`; null for the whole file.
   * @returns the bytes; null where there is no such file (any more), or nothing in that range.
   */
  async open(node: string, path: string, range: string | null): Promise<OpenFile | null> {
    const asked = { node, path };
    const headers = range === null ? {} : { range: `bytes=${range}` };
    const answer = await this.#ask(asked, safePath(path), headers, [200, 206, 404, 416]);
    const { statusCode = 0, headers: got } = answer;
    if (statusCode === 404 && isJson(answer)) throw await this.#refused(answer, asked);
    if (statusCode >= 400) {
      answer.resume();
      return null;
    }
    const size = Number(/\/(\d+)$/.exec(got['content-range'] ?? '')?.[1] ?? got['content-length'] ?? 0);
    return { size, isPart: statusCode === 206, bytes: this.#bytes(answer, asked), close: () => void answer.destroy() };
  }

  #ask(asked: Asked, path: string, headers: Record<string, string>, good: readonly number[] = [200]) {
    return this.#get(`/api/v1/nodes/${encodeURIComponent(asked.node ?? '')}/proxy/logs/${path}`, headers, asked, good);
  }

  async #get(
    path: string,
    headers: Record<string, string>,
    asked: Asked,
    good: readonly number[] = [200],
  ): Promise<IncomingMessage> {
    const answer = await this.#send(path, headers, asked);
    if (good.includes(answer.statusCode ?? 0)) return answer;
    throw await this.#refused(answer, asked);
  }

  async #refused(answer: IncomingMessage, asked: Asked): Promise<ExternalError> {
    const { statusCode = 0, headers } = answer;
    const body = await this.#text(answer, asked);
    return refusalError(readRefusal(statusCode, headers['content-type'] ?? '', 'audit-id' in headers, body), asked);
  }

  #send(path: string, headers: Record<string, string>, asked: Asked): Promise<IncomingMessage> {
    const { socketPath, signal, silenceMs } = this.#options;
    signal.throwIfAborted();
    const auditId = randomUUID();
    this.#remember(auditId, path);
    this.requests += 1;
    return new Promise((done, fail) => {
      const sent = request({
        socketPath,
        path,
        agent: this.#agent,
        signal,
        headers: { 'user-agent': 'kops-audit', 'audit-id': auditId, ...headers },
      });
      const timer = setTimeout(() => sent.destroy(silenceError(asked, silenceMs / 1000)), silenceMs);
      sent.on('response', (answer) => {
        clearTimeout(timer);
        const given = answer.headers['audit-id'];
        if (typeof given === 'string' && given !== auditId) this.#remember(given, path);
        done(answer);
      });
      sent.on('error', (error) => {
        clearTimeout(timer);
        fail(this.#failure(error, asked));
      });
      sent.end();
    });
  }

  #remember(auditId: string, path: string): void {
    this.#own.set(auditId, path.split('?')[0] ?? '');
    const [oldest] = this.#own.keys();
    if (this.#own.size > KEPT && oldest !== undefined) this.#own.delete(oldest);
  }

  #failure(error: unknown, asked: Asked): unknown {
    const { signal } = this.#options;
    if (signal.aborted) return signal.reason;
    return error instanceof ExternalError ? error : brokenError(asked, error);
  }

  /** The clock runs only while something is waited for: whoever reads may take all the time. */
  async *#bytes(answer: IncomingMessage, asked: Asked): AsyncGenerator<Uint8Array> {
    const { silenceMs } = this.#options;
    const chunks: AsyncIterator<Uint8Array> = answer[Symbol.asyncIterator]();
    try {
      for (;;) {
        const timer = setTimeout(() => answer.destroy(silenceError(asked, silenceMs / 1000)), silenceMs);
        const { done, value } = await chunks.next().finally(() => clearTimeout(timer));
        if (done) return;
        yield value;
      }
    } catch (error) {
      throw this.#failure(error, asked);
    } finally {
      answer.destroy();
    }
  }

  async #text(answer: IncomingMessage, asked: Asked): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#bytes(answer, asked)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }
}

/** A file of a node that is being read. */
interface OpenFile {
  /** Of the whole file, when it was opened. */
  size: number;
  /** Only the range that was asked for. */
  isPart: boolean;
  bytes: AsyncIterable<Uint8Array>;
  close: () => void;
}

function isJson({ headers }: IncomingMessage): boolean {
  return (headers['content-type'] ?? '').startsWith('application/json');
}

/**
 * A path below `/var/log` as it stands in a URL. What goes up would reach the kubelet's other endpoints.
 *
 * @throws UserError where a part of it is empty, `.` or `..`, or holds what no path holds.
 */
function safePath(path: string): string {
  const parts = path.split('/');
  // Control characters, and halves of surrogate pairs, which no URL can hold.
  if (parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\p{Cc}\p{Cs}]/u.test(part)))
    return parts.map(encodeURIComponent).join('/');
  throw new UserError(`${JSON.stringify(path)} is no path below /var/log`, { hint: 'Check auditLogPath in the spec.' });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', '#34': '"', '#39': "'", lt: '<', gt: '>' };

function nameOf(link: string): string {
  const plain = link.replaceAll(/&(amp|#34|#39|lt|gt);/g, (_, name: string) => ENTITIES[name] ?? '');
  try {
    return decodeURIComponent(plain.replace(/^\.\//, ''));
  } catch {
    return plain;
  }
}
