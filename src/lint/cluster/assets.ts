import {
  type OwnedAsset,
  type PathClash,
  type Placed,
  isOfAudit,
  pathClashes,
  writtenAssets,
} from '../../cluster/file-tree.ts';
import { API_SERVER_ROLES, groupRole, isKopsRole } from '../../cluster/groups.ts';
import { isKopsBase64 } from '../../cluster/present.ts';
import { type ClusterBreach, type ClusterInput, type ClusterPlace, type ClusterRule, clusterRule } from '../rule.ts';
import { assetSubject, named, type NamedAsset, nameText } from './files.ts';

const TREE =
  'A path cannot be both a file and a directory. nodeup cannot write both, retries for ever, and the instance never joins.';

/** Rules about file assets as such, whatever they are for: nodeup has to be able to write each, or the instance never joins. */
export const ASSET_RULES: readonly ClusterRule[] = [
  clusterRule({
    id: 'path-clash',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: TREE,
    check: (input: ClusterInput) => clashes(input, (clash) => !byKops(clash) && isOfAudit(clash, input.present)),
    say: clashWords,
  }),
  clusterRule({
    id: 'asset-path-clash',
    severity: 'error',
    fatal: true,
    about: 'other',
    why: TREE,
    check: (input: ClusterInput) => clashes(input, (clash) => !byKops(clash) && !isOfAudit(clash, input.present)),
    say: clashWords,
  }),
  clusterRule({
    id: 'asset-kops-file',
    severity: 'error',
    fatal: true,
    about: 'other',
    why: 'kOps writes there itself. nodeup stops with "duplicate tasks" or cannot write one of the two, and the instance never joins.',
    check: (input: ClusterInput) => clashes(input, byKops),
    say: clashWords,
  }),
  clusterRule({
    id: 'asset-base64',
    severity: 'error',
    fatal: true,
    about: 'other',
    why: 'kOps decodes base64 only without padding and blanks. With anything else nodeup fails, and the instance never joins.',
    check: badBase64,
    say: ({ asset, isPadded }) =>
      isPadded
        ? {
            message: `${nameText(asset)} has padded base64 content`,
            fix: 'Write the content as plain text, or remove the = at its end.',
          }
        : {
            message: `${nameText(asset)} has content that is not base64`,
            fix: 'Write the content as plain text, and remove isBase64.',
          },
  }),
  clusterRule({
    id: 'asset-mode',
    severity: 'error',
    fatal: true,
    about: 'other',
    why: 'nodeup reads the mode as an octal number. With anything else it cannot write the file, and the instance never joins.',
    check: badMode,
    say: ({ asset, mode }) => ({
      message: `${nameText(asset)} has the mode "${mode}"`,
      fix: 'Write an octal number in quotes, such as "0440".',
    }),
  }),
  clusterRule({
    id: 'asset-role-unknown',
    severity: 'warning',
    fatal: false,
    about: 'other',
    why: 'kOps compares the roles of a file asset letter by letter. It silently ignores a role that it does not know.',
    check: unknownRoles,
    say: ({ asset, roles }) => ({
      message: `${nameText(asset)} has roles that no kOps release knows: ${roles.map((role) => `"${role}"`).join(', ')}`,
      fix: meantRoles(roles),
    }),
  }),
];

const byKops = ({ other }: PathClash): boolean => other.by === 'kops' || other.by === 'host';

/** A file asset that cannot be written to `path`, as what another needs stands in the way at `otherPath`. */
type ClashArgs = { asset: NamedAsset; how: PathClash['how']; path: string; by: ClashOwner; otherPath: string };

type ClashOwner = 'kops' | 'host' | 'log' | NamedAsset;

function clashes(input: ClusterInput, wanted: (clash: PathClash) => boolean): ClusterBreach<ClashArgs>[] {
  const all = CLASHES.get(input) ?? pathClashes(input.cluster, input.present, input.facts);
  CLASHES.set(input, all);
  return all.filter(wanted).map(({ asset, how, path, other }) => ({
    ...at(asset),
    args: { asset: ownedName(asset), how, path, by: ownerOf(other), otherPath: other.path },
  }));
}

/** Several rules look at the clashes of one spec. */
const CLASHES = new WeakMap<ClusterInput, PathClash[]>();

function ownerOf({ by }: Placed): ClashOwner {
  return typeof by === 'string' ? by : ownedName(by);
}

function clashWords({ asset, ...clash }: ClashArgs): { message: string; fix: string } {
  return { message: `${nameText(asset)} ${clashText(clash)}`, fix: clashFix(clash) };
}

function clashFix({ how, by }: Omit<ClashArgs, 'asset'>): string {
  if (by === 'kops' || by === 'host') return 'Give it another path.';
  return how === 'name' ? 'Give it the path of a file.' : 'Give one of the two another path.';
}

function clashText({ how, path, by, otherPath }: Omit<ClashArgs, 'asset'>): string {
  const where = `is written to ${path}`;
  if (how === 'name') return `has a path that no file can have: ${shortened(path)}`;
  if (how === 'claimed') return `${where}, where kOps creates the directory ${otherPath}`;
  if (how === 'below') return `${where}, which is below a file: ${ownerText(by)} is ${otherPath}`;
  if (how === 'above')
    return `${where}, ${by === 'host' ? 'a directory of the instance' : `where a directory must be: ${ownerText(by)} is ${otherPath}`}`;
  return by === 'kops' ? `${where}, a file of kOps itself` : `${where}, and so is ${ownerText(by)}`;
}

function ownerText(by: ClashOwner): string {
  if (by === 'log') return 'the audit log';
  if (by === 'kops') return 'a file of kOps';
  return by === 'host' ? 'a directory of the instance' : nameText(by);
}

function ownedName({ asset, from }: OwnedAsset): NamedAsset {
  return named(asset, typeof from === 'string' ? from : null);
}

function shortened(path: string): string {
  return path.length <= 80 ? path : `${path.slice(0, 80)}…`;
}

function badBase64({ present, facts }: ClusterInput): ClusterBreach<{ asset: NamedAsset; isPadded: boolean }>[] {
  return writtenAssets(present, facts)
    .filter(({ asset: { isBase64, content = '' } }) => isBase64 === true && !isKopsBase64(content))
    .map((one) => ({
      ...at(one),
      args: { asset: ownedName(one), isPadded: /=\s*$/.test(one.asset.content ?? '') },
    }));
}

/** `fi.ParseFileMode` in `upup/pkg/fi/files.go`, 1.36. */
function badMode({ present, facts }: ClusterInput): ClusterBreach<{ asset: NamedAsset; mode: string }>[] {
  return writtenAssets(present, facts).flatMap((one) => {
    const { mode = '' } = one.asset;
    const isRight = mode === '' || (/^[0-7]+$/.test(mode) && Number.parseInt(mode, 8) < 2 ** 32);
    return isRight ? [] : [{ ...at(one), args: { asset: ownedName(one), mode } }];
  });
}

function unknownRoles({
  present,
  facts,
}: ClusterInput): ClusterBreach<{ asset: NamedAsset; roles: readonly string[] }>[] {
  const owned: OwnedAsset[] = [
    ...present.assets.map(({ asset, index }) => ({ asset, from: index })),
    ...facts.groups.flatMap(({ name, fileAssets }) => fileAssets.map((asset) => ({ asset, from: name }))),
  ];
  return owned.flatMap((one) => {
    const roles = (one.asset.roles ?? []).filter((role) => !isKopsRole(role));
    return roles.length === 0 ? [] : [{ ...at(one), args: { asset: ownedName(one), roles } }];
  });
}

function meantRoles(words: readonly string[]): string {
  const meant = new Set(words.map(groupRole));
  if (meant.has('ControlPlane') || meant.has('APIServer')) return `Write roles: [${API_SERVER_ROLES.join(', ')}].`;
  meant.delete('other');
  return meant.size === 0 ? 'Remove it.' : `Write ${[...meant].join(', ')}.`;
}

function at({ asset, from }: OwnedAsset): ClusterPlace {
  return typeof from === 'number'
    ? { pointer: `/spec/fileAssets/${from}` }
    : { pointer: '/spec', subject: assetSubject(asset, from) };
}
