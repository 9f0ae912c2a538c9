import { API_SERVER_LABELS, OLD_MASTER_LABEL } from '../cluster/groups.ts';
import { compareVersions, readKubernetesVersion } from '../cluster/release.ts';
import { UserError } from '../errors.ts';
import { nearest } from '../policy/nearest.ts';
import { checkedUrl, checkedWord, refuseKey } from './checks.ts';
import { logPlaceOf, type LogPlace, type ShippedSpec, STATE_ROOT } from './log-place.ts';
import { filled, type Sink, type SinkHeader, sinkNamed, SINKS } from './sinks.ts';

/** What is asked for, by the keys of the flags of `ship render`. */
export interface ShipWords {
  sink: string;
  param: readonly string[];
  header: readonly string[];
  secretHeader: readonly string[];
  secret?: string;
  namespace?: string;
  image?: string;
  label: readonly string[];
  maxEventBytes?: string;
  queue: 'disk' | 'none';
  priorityClass: string;
}

/** A header whose value, or the end of it, lies in a Secret of the cluster. */
export interface SecretHeader {
  name: string;
  /** What stands in front of the secret: `Bearer `. */
  prefix: string;
  /** What the key of the Secret must hold, as a noun. */
  holds: string;
  key: string;
  /** The variable of the collector that gets it. */
  env: string;
}

/** All that the collector of a cluster is made from: a plain value. */
export interface ShipSettings {
  cluster: string;
  /** The labels of the nodes that it runs on: those with any of them. */
  nodeLabels: readonly string[];
  log: LogPlace;
  /** On the node: what has been read, and the queue. */
  stateDirectory: string;
  sink: string;
  /** Where events are posted. */
  endpoint: string;
  params: Readonly<Record<string, string>>;
  /** Those without a secret. */
  headers: readonly { name: string; value: string }[];
  secretHeaders: readonly SecretHeader[];
  /** The Secret that the keys of `secretHeaders` lie in. */
  secretName: string;
  namespace: string;
  image: string;
  /** On top of our own. */
  labels: Readonly<Record<string, string>>;
  /** Above so many bytes an event is shipped without its bodies. */
  maxEventBytes: number;
  queue: 'disk' | 'none';
  priorityClass: string;
}

const DEFAULT_SECRET = 'audit-exporter/token';

/** Where a collector lives where nothing else is said. */
export const DEFAULT_NAMESPACE = 'kops-audit';

/** The newest tag of the images that was seen in use. None was run: their components are, at release 0.165.1. */
const IMAGE_TAG = '0.162.0';

/** Where nothing is known of a store: most take that much in one event. */
const CAUTIOUS_EVENT_BYTES = 1_000_000;

/** What the attributes beside the body of an event may take of what a store gives it. */
const ROOM_FOR_ATTRIBUTES = 16_384;

/**
 * Makes the settings of a collector from a cluster's spec and what was asked for.
 *
 * @throws UserError where the spec has no log that can be shipped, a word is none that Kubernetes or the store takes, or a key stands
 *   on the command line (it is not shown).
 */
export function shipSettings(spec: ShippedSpec, words: ShipWords): ShipSettings {
  const sink = wantedSink(words.sink);
  const log = logPlaceOf(spec);
  const params = paramsOf(sink, words.param);
  const namespace = namespaceOf(words.namespace ?? DEFAULT_NAMESPACE);
  const { name: secretName, key } = secretNamed('--secret', words.secret ?? DEFAULT_SECRET);
  return {
    cluster: spec.cluster.metadata.name,
    nodeLabels: nodeLabelsOf(spec),
    log,
    stateDirectory: `${STATE_ROOT}/${namespace}`,
    sink: sink.name,
    endpoint: filled(sink.endpoint, params) ?? sink.endpoint,
    params,
    headers: plainHeaders(sink, params, words.header),
    secretHeaders: secretHeaders(sink, words.secretHeader, key),
    secretName,
    namespace,
    image: words.image === undefined ? imageOf(sink) : checkedWord('--image', words.image, 'image'),
    labels: labelsOf(words.label),
    maxEventBytes: limitOf(sink, words.maxEventBytes),
    queue: words.queue,
    priorityClass: checkedWord('--priority-class', words.priorityClass, 'priorityClass'),
  };
}

/** Kubernetes warns of the label of old where a pod asks for it; from 1.24 on each control plane of kOps has the other. */
function nodeLabelsOf({ cluster }: ShippedSpec): string[] {
  const version = readKubernetesVersion(cluster.spec['kubernetesVersion']);
  const isOld = version === null || compareVersions(version, '1.24.0') < 0;
  return API_SERVER_LABELS.filter((label) => isOld || label !== OLD_MASTER_LABEL);
}

/** The store that a word names. Throws UserError that says which there are. */
export function wantedSink(word: string): Sink {
  const sink = sinkNamed(word);
  if (sink) return sink;
  refuseKey('--sink', word);
  const names = SINKS.flatMap(({ name, aliases }) => [name, ...aliases]);
  const near = nearest(word, names);
  throw new UserError(`--sink ${word} is not known`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}There are ${SINKS.map(({ name }) => name).join(', ')}; otlp is any other that takes OTLP over HTTP.`,
  });
}

/** The image that has what a store needs. */
function imageOf({ image }: Sink): string {
  return `docker.io/otel/opentelemetry-collector-${image}:${IMAGE_TAG}`;
}

function paramsOf(sink: Sink, pairs: readonly string[]): Record<string, string> {
  const given = new Map(pairs.map((pair) => paramOf(sink, pair)));
  const missing = sink.params.find((param) => needsValue(param) && !given.has(param.name));
  if (missing)
    throw new UserError(`${sink.name} needs ${missing.what}`, {
      hint: `Give it: --param ${missing.name}=${missing.example}`,
    });
  const known = sink.params.flatMap(({ name, default: unsaid }): [string, string][] => {
    const value = given.get(name) ?? unsaid;
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(known);
}

function needsValue({ default: unsaid, isOptional }: Sink['params'][number]): boolean {
  return unsaid === undefined && !isOptional;
}

function paramOf(sink: Sink, pair: string): [string, string] {
  const [name, value] = pairOf('--param', pair, 'zone=prod-eu-west-2');
  const param = sink.params.find((each) => each.name === name);
  if (!param) throw unknownParam(sink, name);
  const flag = `--param ${name}`;
  if (param.isUrl) return [name, checkedUrl(flag, value)];
  refuseKey(flag, value);
  if (/^[\w.:/-]+$/.test(value)) return [name, value];
  throw new UserError(`${flag} is ${JSON.stringify(value)}, which is not ${param.what}`, {
    hint: `Write it like ${param.example}.`,
  });
}

function unknownParam({ name: sink, params }: Sink, name: string): UserError {
  refuseKey('--param', name);
  const known = params.map((each) => each.name);
  const near = nearest(name, known);
  const hint =
    known.length === 0
      ? 'It has none. Leave it out.'
      : `${near === undefined ? '' : `Did you mean ${near}? `}It has ${known.join(', ')}: kops-audit ship sinks ${sink}`;
  return new UserError(`--param ${name} is none of ${sink}`, { hint });
}

/** The name and the value of `NAME=VALUE`; what has no name is not shown, it may be a key. */
function pairOf(flag: string, pair: string, like: string): [string, string] {
  const at = pair.indexOf('=');
  const value = pair.slice(at + 1);
  if (at > 0 && value !== '') return [pair.slice(0, at), value];
  throw new UserError(
    at > 0 ? `${flag} ${safeName(pair.slice(0, at))} has no value` : `${flag} has no name and value`,
    {
      hint: `Write it like ${flag} ${like}.`,
    },
  );
}

function safeName(name: string): string {
  refuseKey('the flag', name);
  return name;
}

function namespaceOf(word: string): string {
  const namespace = checkedWord('--namespace', word, 'namespace');
  if (!/^(?:default|kube-.*)$/.test(namespace)) return namespace;
  throw new UserError(`--namespace ${namespace} belongs to the cluster`, {
    hint: 'The collector needs a namespace of its own: it is labelled for Pod Security, and removed with it. Leave the flag out for kops-audit.',
  });
}

/** A key of a Secret, written as `NAME/KEY`. Throws UserError, which does not show what looks like a key itself. */
export function secretNamed(flag: string, text: string): { name: string; key: string } {
  const [name = '', key = '', ...more] = text.split('/');
  if (more.length > 0 || key === '') {
    refuseKey(flag, text);
    throw new UserError(`${flag} names no key of a Secret`, { hint: `Write ${flag} NAME/KEY: audit-exporter/token.` });
  }
  return { name: checkedWord(flag, name, 'secret'), key: checkedWord(flag, key, 'secretKey') };
}

/** Headers that carry a secret in one store or another, by their names. */
const SECRET_NAME =
  /auth|cookie|token|secret|passw|credential|(?:api|access|license|ingest\w*|insert|account)[-_]?key|x-honeycomb-team/i;

function carriesSecret(name: string): boolean {
  const isOfSink = ({ name: known, secret }: SinkHeader): boolean =>
    secret !== undefined && known.toLowerCase() === name.toLowerCase();
  return SECRET_NAME.test(name) || SINKS.some(({ headers }) => headers.some(isOfSink));
}

/** What the collector sets itself; another value breaks its requests. */
const OF_EXPORTER: readonly string[] = ['content-type', 'content-length', 'content-encoding', 'host', 'user-agent'];

function plainHeaders(
  sink: Sink,
  params: Readonly<Record<string, string>>,
  pairs: readonly string[],
): { name: string; value: string }[] {
  const own = sink.headers.flatMap(({ name, value, secret }) => {
    const text = secret === undefined ? filled(value, params) : undefined;
    return text === undefined ? [] : [{ name, value: text }];
  });
  const given = pairs.map(givenHeader);
  const isReplaced = (name: string): boolean => given.some((each) => each.name.toLowerCase() === name.toLowerCase());
  return [...own.filter(({ name }) => !isReplaced(name)), ...given];
}

function givenHeader(pair: string): { name: string; value: string } {
  const [name, value] = pairOf('--header', pair, 'X-Scope-OrgID=platform');
  checkedHeaderName('--header', name);
  if (carriesSecret(name))
    throw new UserError(`--header ${name} carries a secret, which must not stand on a command line`, {
      hint: `Others can read it there. Put it into a Secret of the cluster, and write --secret-header ${name} --secret NAME/KEY.`,
    });
  return { name, value: checkedWord(`--header ${name}`, value, 'headerValue') };
}

function checkedHeaderName(flag: string, name: string): string {
  checkedWord(flag, name, 'header');
  if (!OF_EXPORTER.includes(name.toLowerCase())) return name;
  throw new UserError(`${flag} ${name} is set by the collector itself`, { hint: 'Leave it out.' });
}

function secretHeaders(sink: Sink, words: readonly string[], key: string): SecretHeader[] {
  const own = sink.headers.flatMap(({ name, value, secret }) =>
    secret === undefined ? [] : [{ name, prefix: value, holds: secret, key }],
  );
  const given = words.map((word) => secretHeader(word, key));
  const isReplaced = (name: string): boolean => given.some((each) => each.name.toLowerCase() === name.toLowerCase());
  const all = [...own.filter(({ name }) => !isReplaced(name)), ...given];
  return all.map((each, at) => ({ ...each, env: at === 0 ? 'SINK_SECRET' : `SINK_SECRET_${at + 1}` }));
}

/** `NAME`, or `NAME=KEY` where its key of the Secret is another. */
function secretHeader(word: string, unsaid: string): Omit<SecretHeader, 'env'> {
  const [name = '', key = unsaid] = word.split('=', 2);
  checkedHeaderName('--secret-header', name);
  const holds = `the whole value of the header ${name}`;
  return { name, prefix: '', holds, key: checkedWord(`--secret-header ${name}`, key, 'secretKey') };
}

const OUR_LABELS = /^app\.kubernetes\.io\/(?:name|managed-by|part-of|version)$|^kops-audit\.io\//;

function labelsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name, value] = pairOf('--label', pair, 'team=platform');
      checkedWord('--label', name, 'labelKey');
      if (OUR_LABELS.test(name))
        throw new UserError(`--label ${name} is set by kops-audit itself`, {
          hint: 'By it the objects are found again. Use another name.',
        });
      return [name, checkedWord(`--label ${name}`, value, 'labelValue')];
    }),
  );
}

/** The least that is left of an event without its bodies, with some room. */
const LEAST_EVENT_BYTES = 16_384;
const MOST_EVENT_BYTES = 16_777_216;

function limitOf({ maxEventBytes: limit }: Sink, text: string | undefined): number {
  const unsaid =
    limit === undefined ? CAUTIOUS_EVENT_BYTES : Math.max(LEAST_EVENT_BYTES, limit.bytes - ROOM_FOR_ATTRIBUTES);
  if (text === undefined) return Math.min(MOST_EVENT_BYTES, unsaid);
  const bytes = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (bytes >= LEAST_EVENT_BYTES && bytes <= MOST_EVENT_BYTES) return bytes;
  refuseKey('--max-event-bytes', text);
  throw new UserError(`--max-event-bytes ${text} is not a number from ${LEAST_EVENT_BYTES} to ${MOST_EVENT_BYTES}`, {
    hint: 'The collector reads no longer lines than 16 MiB, and without its bodies an event still needs a few KiB.',
  });
}

/** What is to be known before such a collector runs, a sentence each. */
export function shipNotes(settings: ShipSettings): string[] {
  const sink = sinkNamed(settings.sink);
  const { log, secretHeaders: secrets, endpoint, maxEventBytes } = settings;
  const limit = sink?.maxEventBytes?.bytes;
  const notes: (string | false | undefined)[] = [
    log.isShared &&
      `The log lies directly in ${log.directory}: the collector can read every log of the node. Give it a directory of its own: kops-audit enable --log-path /var/log/kube-audit/audit.log`,
    secrets.length > 0 && endpoint.startsWith('http:') && `The key goes to ${endpoint} unencrypted: use https.`,
    limit !== undefined &&
      maxEventBytes > limit &&
      `${settings.sink} takes ${limit} bytes in one event, and --max-event-bytes is more: longer ones are lost.`,
  ];
  return notes.filter((note) => typeof note === 'string');
}

/** The command that puts the key into the cluster, without the key: `printf` is part of the shell and in no list of processes. */
export function secretCommands({ secretHeaders: headers, secretName, namespace }: ShipSettings): string[] {
  const keys = [...new Set(headers.map(({ key }) => key))];
  const variable = (at: number): string => (at === 0 ? 'KEY' : `KEY_${at + 1}`);
  const [only] = keys;
  if (only === undefined) return [];
  const create = `kubectl -n ${namespace} create secret generic ${secretName}`;
  if (keys.length === 1) return ['read -rs KEY', `printf %s "$KEY" | ${create} --from-file=${only}=/dev/stdin`];
  const files = keys.map((key, at) => ` --from-file=${key}=<(printf %s "$${variable(at)}")`);
  return [...keys.map((_, at) => `read -rs ${variable(at)}`), `${create}${files.join('')}`];
}
