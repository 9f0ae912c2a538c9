import { gzipSync } from 'node:zlib';
import { UserError } from '../errors.ts';
import { encodeRecord, PROTOBUF } from './otlp.ts';
import type { SecretHeader, ShipSettings } from './settings.ts';
import { sinkNamed } from './sinks.ts';

/** One marked record, as a request that a collector would send. */
export interface Trial {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** What makes it one of its kind. */
export interface Mark {
  /** Stands where an event has its audit ID: by it the record is found. */
  id: string;
  at: Date;
  /** Of kops-audit. */
  version: string;
}

/** Stands for the name of the node. */
const NODE = 'kops-audit-check';

/**
 * Makes the request by which a store is tried: to the same address, with the same headers and in the same form as the collector of these
 * settings sends. The record says that it is no event.
 *
 * @param keys the secrets, by the key of the Secret that holds each.
 * @throws UserError where a key cannot stand in a header, or requests are signed by what only a node has.
 */
export function trialOf(settings: ShipSettings, keys: ReadonlyMap<string, string>, mark: Mark): Trial {
  const sink = sinkNamed(settings.sink);
  if (sink?.auth !== undefined)
    throw new UserError(`${settings.sink} cannot be tried from here: it has no key`, {
      hint: 'The collector signs with the identity of the node it runs on. After it is rolled out, kops-audit ship verify tells whether events arrive.',
    });
  const secrets = settings.secretHeaders.map((header) => [header.name, `${header.prefix}${keyOf(header, keys)}`]);
  const plain = settings.headers.map(({ name, value }) => [name, value]);
  const headers = { ...Object.fromEntries([...plain, ...secrets]), 'user-agent': `kops-audit/${mark.version}` };
  const record = { ...recordOf(settings, mark), headers };
  return sink?.exporter === 'splunk_hec' ? asHec(settings, record) : asOtlp(settings, record);
}

function keyOf({ key, name }: SecretHeader, keys: ReadonlyMap<string, string>): string {
  const secret = keys.get(key) ?? '';
  if (secret === '') throw new UserError(`the key for the header ${name} is empty`, { hint: 'Put the key there.' });
  if (/[\r\n]$/.test(secret))
    throw new UserError(`the key for the header ${name} ends with a line break, and no request could be sent with it`, {
      hint: 'Make it anew without one: printf %s "$KEY" instead of echo "$KEY".',
    });
  if (/^[\x20-\x7e\t]+$/.test(secret)) return secret;
  throw new UserError(`the key for the header ${name} holds characters that no header can have`, {
    hint: 'Copy it anew from the page of the store.',
  });
}

interface MarkedRecord {
  resource: Record<string, string>;
  at: Date;
  body: string;
  attributes: Record<string, string>;
  headers: Record<string, string>;
}

function recordOf({ cluster }: ShipSettings, { id, at, version }: Mark): Omit<MarkedRecord, 'headers'> {
  return {
    resource: { 'service.name': 'kube-apiserver-audit', 'k8s.cluster.name': cluster, 'host.name': NODE },
    at,
    body: `kops-audit ship check: a trial of kops-audit ${version}, not an audit event. Its ID is ${id}.`,
    attributes: { auditID: id, stage: 'Trial', 'log.record.uid': `${id}/Trial` },
  };
}

function asOtlp({ endpoint }: ShipSettings, { headers, ...record }: MarkedRecord): Trial {
  const own = { 'content-type': PROTOBUF, 'content-encoding': 'gzip' };
  return { url: endpoint, headers: { ...headers, ...own }, body: gzipSync(encodeRecord(record)) };
}

/** Splunk's HTTP Event Collector (docs.splunk.com, "Format events for HTTP Event Collector"). */
function asHec({ endpoint, params }: ShipSettings, { headers, at, body, attributes, resource }: MarkedRecord): Trial {
  const event = {
    time: at.getTime() / 1000,
    host: NODE,
    source: 'kube-apiserver-audit',
    sourcetype: '_json',
    ...(params['index'] === undefined ? {} : { index: params['index'] }),
    event: body,
    fields: { ...attributes, ...resource },
  };
  const own = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  return { url: endpoint, headers: { ...headers, ...own }, body: gzipSync(JSON.stringify(event)) };
}
