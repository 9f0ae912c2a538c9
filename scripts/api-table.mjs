// Makes src/policy/api/table.ts: which resources the Kubernetes API has, from 1.19 on.
//   node scripts/api-table.mjs FOLDER           writes
//   node scripts/api-table.mjs FOLDER --check   exits 1 where the table would change
// FOLDER holds a folder for each minor release, named by its version, with api/openapi-spec/swagger.json of that
// release of k8s.io/kubernetes and, where it has one (from 1.27), api/discovery. To fill it:
//   for v in 1.19.16 … 1.37.2; do
//     dir=$(go mod download -json k8s.io/kubernetes@v$v | node -p 'JSON.parse(fs.readFileSync(0)).Dir')
//     mkdir -p FOLDER/$v && cp -r $dir/api/openapi-spec/swagger.json $dir/api/discovery FOLDER/$v/
//   done
// Both describe a server with every API version and feature on: what is alpha, or off by default, counts as there.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LETTERS = {
  create: 'c',
  delete: 'd',
  deletecollection: 'D',
  get: 'g',
  list: 'l',
  patch: 'p',
  update: 'u',
  watch: 'w',
};
const ACTIONS = { ...LETTERS, post: 'c', put: 'u', watchlist: 'w' };
const CONNECT = { get: 'g', post: 'c', put: 'u', patch: 'p', delete: 'd' };
// Gone before releases had api/discovery.
const OLD_SHORT_NAMES = { 'extensions/ingresses': ['ing'], 'policy/podsecuritypolicies': ['psp'] };
const TABLE = new URL('../src/policy/api/table.ts', import.meta.url);

const [folder] = process.argv.slice(2);
const versions = readdirSync(folder).toSorted((a, b) => minorOf(a) - minorOf(b));
const newest = minorOf(versions.at(-1));
const entries = new Map();
const shortNames = new Map(Object.entries(OLD_SHORT_NAMES));
for (const version of versions) {
  readSwagger(JSON.parse(readFileSync(join(folder, version, 'swagger.json'), 'utf8')), minorOf(version));
  readDiscovery(join(folder, version, 'discovery'));
}
finish(tableText());

function minorOf(version) {
  return Number(version.split('.')[1]);
}

function readSwagger({ paths }, minor) {
  for (const [path, methods] of Object.entries(paths)) {
    const place = placeOf(path);
    if (!place) continue;
    for (const [method, { 'x-kubernetes-action': action, ...operation }] of Object.entries(methods)) {
      const letter = action === 'connect' ? CONNECT[method] : ACTIONS[action];
      if (letter) note(place, letter, operation['x-kubernetes-group-version-kind'].kind, minor);
    }
  }
}

// /api/v1/… is the core group, /apis/GROUP/VERSION/… the others; /watch/… is the old way to write a watch.
function placeOf(path) {
  const [, group = '', isWatch, rest] =
    /^\/(?:api|apis\/([^/]+))\/v[^/]+\/(watch\/)?([^/].*)$/.exec(path.replace(/\/$/, '')) ?? [];
  if (rest === undefined) return undefined;
  const inside = /^namespaces\/\{namespace\}\/(.+)$/.exec(rest)?.[1];
  const [resource, , subresource] = (inside ?? rest).split('/');
  return { group, resource, subresource: isWatch ? undefined : subresource, namespaced: inside !== undefined };
}

function note({ group, resource, subresource, namespaced }, letter, kind, minor) {
  const entry = entryOf(entries, `${group}/${resource}`, { group, resource, subresources: new Map() });
  entry.namespaced ||= namespaced;
  extend(entry, minor);
  if (subresource === undefined) {
    entry.verbs.add(letter);
    entry.kind = kind;
  } else {
    const sub = entryOf(entry.subresources, subresource, {});
    extend(sub, minor).verbs.add(letter);
  }
}

function entryOf(map, key, fields) {
  if (!map.has(key)) map.set(key, { ...fields, verbs: new Set() });
  return map.get(key);
}

function extend(entry, minor) {
  entry.since ??= minor;
  entry.until = minor;
  return entry;
}

function readDiscovery(discovery) {
  if (!existsSync(discovery)) return;
  for (const file of readdirSync(discovery).filter((name) => /^apis?__.*v\d[^_]*\.json$/.test(name))) {
    const { groupVersion, resources } = JSON.parse(readFileSync(join(discovery, file), 'utf8'));
    const group = groupVersion.includes('/') ? groupVersion.split('/')[0] : '';
    for (const { name, shortNames: short } of resources) if (short) shortNames.set(`${group}/${name}`, short);
  }
}

// `since` and `until` of a subresource are written only where they are not those of its resource.
function tableText() {
  const rows = [...entries.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return rows.map(([key, entry]) => {
    const subresources = [...entry.subresources.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const cells = [
      entry.group,
      entry.resource,
      entry.kind,
      (shortNames.get(key) ?? []).join(),
      entry.namespaced ? 'n' : '',
      span(entry),
      letters(entry),
      subresources.map(([name, sub]) => `${name}:${letters(sub)}${ownSpan(sub, entry)}`).join(),
    ];
    return `  '${cells.map((cell) => cell || '-').join(' ')}',\n`;
  });
}

function letters({ verbs }) {
  return Object.values(LETTERS)
    .filter((letter) => verbs.has(letter))
    .join('');
}

function span({ since, until }) {
  return `${since}-${until === newest ? '' : until}`;
}

function ownSpan(sub, entry) {
  return span(sub) === span(entry) ? '' : `@${span(sub)}`;
}

function finish(lines) {
  const before = readFileSync(TABLE, 'utf8');
  const after = before.replace(/(\/\/ begin\n)[\s\S]*?( *\/\/ end)/, (_, begin, end) => begin + lines.join('') + end);
  if (after === before) return console.log('the table is as it would be');
  if (!process.argv.includes('--check')) writeFileSync(TABLE, after);
  else process.exitCode = 1;
  console.log(process.argv.includes('--check') ? 'the table would change' : `${lines.length} resources written`);
}
