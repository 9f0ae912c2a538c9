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
import type { FileAsset } from '../../cluster/types.ts';
import { assetSubject, nameOf } from './files.ts';
import type { ClusterInput, ClusterRule } from '../rule.ts';
import { type LegacyBreach as Breach, legacyAll } from '../legacy.ts';

const TREE =
  'Paths are a tree: what is a file for one is no directory for another. nodeup cannot write both and tries again for ever.';

/** Rules about file assets as such, whatever they are for: nodeup has to be able to write each, or the instance never joins. */
export const ASSET_RULES: readonly ClusterRule[] = legacyAll([
  { id: 'path-clash', severity: 'error', fatal: true, about: 'audit', why: TREE, check: auditClashes },
  { id: 'asset-path-clash', severity: 'error', fatal: true, about: 'other', why: TREE, check: assetClashes },
  {
    id: 'asset-kops-file',
    severity: 'error',
    fatal: true,
    about: 'other',
    why: 'kOps writes there itself; nodeup ends with "duplicate tasks", or cannot write one of the two, and the instance never joins.',
    check: kopsFiles,
  },
  {
    id: 'asset-base64',
    severity: 'error',
    fatal: true,
    about: 'other',
    why: 'kOps decodes base64 without padding or blanks only; with anything else nodeup fails and the instance never joins.',
    check: badBase64,
  },
  {
    id: 'asset-mode',
    severity: 'error',
    fatal: true,
    about: 'other',
    why: 'nodeup reads the mode as an octal number; with anything else it cannot write the file and the instance never joins.',
    check: badMode,
  },
  {
    id: 'asset-role-unknown',
    severity: 'warning',
    fatal: false,
    about: 'other',
    why: 'kOps compares the roles of a file asset letter by letter, and says nothing of a word that is no role: it reaches nobody.',
    check: unknownRoles,
  },
]);

const byKops = ({ other }: PathClash): boolean => other.by === 'kops' || other.by === 'host';

function auditClashes(input: ClusterInput): Breach[] {
  return clashes(input, (clash) => !byKops(clash) && isOfAudit(clash, input.present));
}

function assetClashes(input: ClusterInput): Breach[] {
  return clashes(input, (clash) => !byKops(clash) && !isOfAudit(clash, input.present));
}

function kopsFiles(input: ClusterInput): Breach[] {
  return clashes(input, byKops);
}

function clashes({ cluster, present, facts }: ClusterInput, wanted: (clash: PathClash) => boolean): Breach[] {
  return pathClashes(cluster, present, facts)
    .filter(wanted)
    .map((clash) => ({
      ...at(clash.asset),
      message: `${ownedName(clash.asset)} ${told(clash)}`,
      mend: clash.how === 'name' ? 'Give it the path of a file.' : 'Give one of the two another path.',
      ...(byKops(clash) ? { mend: 'Give it another path.' } : {}),
    }));
}

function told({ how, path, other }: PathClash): string {
  const where = `is written to ${path}`;
  if (how === 'name') return `has a path that no file can have: ${shortened(path)}`;
  if (how === 'claimed') return `is written to ${path}, and kOps makes the directory ${other.path} itself`;
  if (how === 'below') return `${where}, which lies below a file: ${ownerName(other)} is ${other.path}`;
  if (how === 'above')
    return `${where}, ${other.by === 'host' ? 'a directory of the instance' : `where a directory must be: ${ownerName(other)} is ${other.path}`}`;
  if (other.by === 'kops') return `${where}, a file of kOps itself`;
  return `${where}, and so is ${ownerName(other)}`;
}

function ownerName({ by }: Placed): string {
  if (by === 'log') return 'the audit log';
  if (by === 'kops') return 'a file of kOps';
  return by === 'host' ? 'a directory of the instance' : ownedName(by);
}

function ownedName({ asset, from }: OwnedAsset): string {
  return nameOf(asset, typeof from === 'string' ? from : null);
}

function shortened(path: string): string {
  return path.length <= 80 ? path : `${path.slice(0, 80)}…`;
}

function badBase64({ present, facts }: ClusterInput): Breach[] {
  return assetBreaches(
    writtenAssets(present, facts),
    ({ isBase64, content = '' }) => isBase64 === true && !isKopsBase64(content),
    ({ content = '' }) =>
      /=\s*$/.test(content)
        ? ['has padded base64 content', 'Write the content as plain text, or take the = off its end.']
        : ['has content that is not base64', 'Write the content as plain text, without isBase64.'],
  );
}

/** `fi.ParseFileMode` in `upup/pkg/fi/files.go`, 1.36. */
function badMode({ present, facts }: ClusterInput): Breach[] {
  return assetBreaches(
    writtenAssets(present, facts),
    ({ mode = '' }) => mode !== '' && !(/^[0-7]+$/.test(mode) && Number.parseInt(mode, 8) < 2 ** 32),
    ({ mode }) => [`has the mode "${mode}"`, 'Write an octal number in quotes, like "0440".'],
  );
}

function unknownRoles({ present, facts }: ClusterInput): Breach[] {
  const owned: OwnedAsset[] = [
    ...present.assets.map(({ asset, index }) => ({ asset, from: index })),
    ...facts.groups.flatMap(({ name, fileAssets }) => fileAssets.map((asset) => ({ asset, from: name }))),
  ];
  const unknown = ({ roles = [] }: FileAsset): string[] => roles.filter((role) => !isKopsRole(role));
  return assetBreaches(
    owned,
    (asset) => unknown(asset).length > 0,
    (asset) => {
      const words = unknown(asset).map((role) => `"${role}"`);
      return [`names ${words.join(', ')} in its roles, which no kOps release knows`, meantRoles(unknown(asset))];
    },
  );
}

function meantRoles(words: readonly string[]): string {
  const meant = new Set(words.map(groupRole));
  if (meant.has('ControlPlane') || meant.has('APIServer')) return `Write roles: [${API_SERVER_ROLES.join(', ')}].`;
  meant.delete('other');
  return meant.size === 0 ? 'Take it out.' : `Write ${[...meant].join(', ')}.`;
}

/** The given assets that a test holds for, and what to say of each. */
function assetBreaches(
  owned: readonly OwnedAsset[],
  test: (asset: FileAsset) => boolean,
  say: (asset: FileAsset) => [what: string, mend: string],
): Breach[] {
  return owned
    .filter(({ asset }) => test(asset))
    .map((one) => {
      const [what, mend] = say(one.asset);
      return { ...at(one), message: `${ownedName(one)} ${what}`, mend };
    });
}

function at({ asset, from }: OwnedAsset): Pick<Breach, 'pointer' | 'subject'> {
  return typeof from === 'number'
    ? { pointer: `/spec/fileAssets/${from}` }
    : { pointer: '/spec', subject: assetSubject(asset, from) };
}
