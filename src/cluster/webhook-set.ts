import { posix } from 'node:path';
import { UserError } from '../errors.ts';
import { stretchOf } from '../yaml/json-node.ts';
import type { ClusterFacts } from './facts.ts';
import { isSamePath } from './file-assets.ts';
import { API_SERVER_ROLES } from './groups.ts';
import { readKubeconfig } from './kubeconfig/read.ts';
import { isMentionedElsewhere } from './mentions.ts';
import type { EnableOptions, Note } from './options.ts';
import { freePath, type ChosenWebhook } from './paths.ts';
import { isVisible } from './placement.ts';
import { assetAt, contentOf, type LocatedAsset, type PresentAudit } from './present.ts';
import type { KopsObject } from './types.ts';
import { isCopyIn, namedFiles, type NamedFile } from './webhook.ts';

/** A file that the webhook config names, where it shall be. */
interface WebhookFile {
  /** The asset that holds it; null where a new one is made, a copy. */
  located: LocatedAsset | null;
  path: string;
  content: string;
}

/** The webhook config as it shall be, and the files it names. */
export interface WebhookSet {
  /** Null where no file asset of the Cluster holds it. */
  config: string | null;
  files: WebhookFile[];
}

const NONE: WebhookSet = { config: null, files: [] };

/**
 * Takes the file assets that the webhook config names along to where kube-apiserver can see them, and names them there in its text.
 * Those that a config given by flag names are copied there, so that disable gives the first spec back.
 *
 * @throws UserError where the text of the config cannot be changed safely.
 */
export function webhookSet(
  cluster: KopsObject,
  present: PresentAudit,
  chosen: ChosenWebhook | null,
  options: EnableOptions,
  facts: ClusterFacts,
  moves: Note[],
): WebhookSet {
  const given = options.webhook.config;
  const config = given ?? (chosen?.asset ? contentOf(chosen.asset.asset) : undefined);
  if (!chosen || config === undefined) return NONE;
  const to = posix.dirname(chosen.file);
  const from = given === undefined && chosen.asset ? posix.dirname(chosen.asset.path) : to;
  const surroundings = { cluster, present, facts, moves, isGiven: given !== undefined };
  const placed = namedFiles(config, from).flatMap((named) => {
    const located = assetAt(present.assets, named.path);
    return located ? [place({ named, located }, to, surroundings)] : [];
  });
  const files = placed.filter((file, at) => placed.findIndex(({ path }) => path === file.path) === at);
  return { config: renamed(config, placed, to), files };
}

interface Found {
  named: NamedFile;
  located: LocatedAsset;
}

interface Surroundings {
  cluster: KopsObject;
  present: PresentAudit;
  facts: ClusterFacts;
  moves: Note[];
  /** The config comes by flag. */
  isGiven: boolean;
}

type Placed = WebhookFile & { named: NamedFile };

function place(found: Found, to: string, { cluster, present, facts, moves, isGiven }: Surroundings): Placed {
  const { named, located } = found;
  const { path } = located;
  const content = contentOf(located.asset);
  if (isVisible(path, to, facts)) return { named, located, path, content };
  const isCopy = isGiven || !isForApiServersAlone(located) || isMentionedElsewhere(cluster, path);
  const earlier = isCopy ? earlierCopy(found, to, present) : undefined;
  if (earlier) return { named, located: earlier, path: earlier.path, content };
  const free = freePath(
    `${to}/${posix.basename(path)}`,
    `The ${named.key} of the webhook config`,
    present,
    facts,
    moves,
  );
  const what = `The file asset "${located.asset.name}", the ${named.key} of the webhook config,`;
  moves.push(
    isCopy
      ? `${what} stays at ${path}, and a copy of it goes to ${free}: something else may read it where it is.`
      : `${what} moves with it from ${path} to ${free}.`,
  );
  return { named, located: isCopy ? null : located, path: free, content };
}

/** The copy that an earlier enable made of a file: the config in force names it for the same, or its content is the same. */
function earlierCopy(
  { named, located }: Found,
  to: string,
  { webhook, assets }: PresentAudit,
): LocatedAsset | undefined {
  const inForce = webhook ? namedFiles(contentOf(webhook.asset), posix.dirname(webhook.path)) : [];
  const now = inForce.find(({ key }) => key === named.key);
  const copies = assets.filter((asset) => isCopyIn(asset, to));
  return (
    copies.find(({ path }) => now !== undefined && isSamePath(path, now.path)) ??
    copies.find(({ asset }) => contentOf(asset) === contentOf(located.asset))
  );
}

function isForApiServersAlone({ asset: { roles = [] } }: LocatedAsset): boolean {
  return roles.length > 0 && roles.every((role) => API_SERVER_ROLES.includes(role));
}

/** The text with the new paths in it; each value is changed where it stands, and the rest stays byte for byte. */
function renamed(config: string, placed: readonly Placed[], to: string): string {
  const changes = placed.filter(({ named, path }) => !isSamePath(posix.resolve(to, named.value), path));
  const [first] = changes;
  if (!first) return config;
  const { tree } = readKubeconfig(config);
  const stretches = changes
    .map(({ named, path }) => ({ path, ...(stretchOf(tree, named.at) ?? { start: 0, end: 0 }) }))
    .toSorted((a, b) => b.start - a.start);
  const text = stretches.reduce(
    (before, { start, end, path }) => before.slice(0, start) + spelt(path, before[start]) + before.slice(end),
    config,
  );
  if (isRenamed(text, config, placed, to)) return text;
  throw new UserError(
    `the webhook config moves to ${to}, and its text cannot be changed safely to name its files there`,
    {
      hint: `Write ${first.named.key}: ${first.path} into it, on a line of its own, or inline the file as ${first.named.key}-data.`,
    },
  );
}

/** In quotes where the old one was, so that JSON stays JSON. */
function spelt(path: string, first: string | undefined): string {
  const isPlain = first !== '"' && first !== "'" && /^\/[\w./-]+$/.test(path);
  return isPlain ? path : JSON.stringify(path);
}

/** Whether the new text names the files where they are, and says nothing else than the old one. */
function isRenamed(text: string, config: string, placed: readonly Placed[], to: string): boolean {
  const wanted = new Map(placed.map(({ named, path }) => [named.at.join('.'), path]));
  const found = namedFiles(text, to).filter(({ at }) => wanted.has(at.join('.')));
  if (found.length !== wanted.size) return false;
  if (!found.every(({ at, path }) => isSamePath(path, wanted.get(at.join('.')) ?? ''))) return false;
  return valuesOf(text, wanted) === valuesOf(config, wanted);
}

/** Every value of a config and its path but some, in their order. */
function valuesOf(text: string, without: ReadonlyMap<string, string>): string {
  const open = [{ at: '', node: readKubeconfig(text).tree }];
  const values: string[] = [];
  for (let next = open.pop(); next; next = open.pop()) {
    const { at, node } = next;
    if (node === null || without.has(at)) continue;
    const inside = (key: string | number): string => (at === '' ? String(key) : `${at}.${key}`);
    if (node.kind === 'list') open.push(...node.items.map((item, index) => ({ at: inside(index), node: item })));
    else if (node.kind === 'map')
      open.push(...node.entries.map(({ key, value }) => ({ at: inside(key), node: value })));
    values.push(JSON.stringify([at, node.kind, 'value' in node ? node.value : null]));
  }
  return values.join('\n');
}
