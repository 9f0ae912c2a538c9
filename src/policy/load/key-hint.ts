import type { Path } from '../../yaml/json-node.ts';
import { nearest } from '../nearest.ts';

const SELECTORS = ['users', 'userGroups', 'verbs', 'resources', 'namespaces', 'nonResourceURLs'];
const GROUP_SELECTORS = ['group', 'resources', 'resourceNames'];
const RULE_KEYS = ['level', 'omitStages', 'omitManagedFields', ...SELECTORS];

const USUAL_MISTAKES: Readonly<Record<string, string>> = {
  apiGroups: 'group',
  apiGroup: 'group',
  groups: 'userGroups',
  urls: 'nonResourceURLs',
};

/** What helps with a key that is not known where it stands: its right spelling or place, and whether a rule matches more without it. */
export function keyHint(key: string, path: Path, known: readonly string[]): string {
  const usual = USUAL_MISTAKES[key];
  const meant = usual !== undefined && known.includes(usual) ? usual : nearest(key, known);
  if (meant)
    return widened(
      `Did you mean ${meant}?${key !== 'apiGroup' && meant === 'group' ? ' It takes one name.' : ''}`,
      meant,
      path,
    );
  return misplaced(key, path) ?? widened(`It knows ${known.join(', ')}.`, undefined, path);
}

function widened(sentence: string, meant: string | undefined, path: Path): string {
  const isSelector = meant === undefined || SELECTORS.includes(meant) || GROUP_SELECTORS.includes(meant);
  return path[0] === 'rules' && isSelector ? `${sentence} Without it the rule matches more than meant.` : sentence;
}

function misplaced(key: string, path: Path): string | undefined {
  const word = RULE_KEYS.find((name) => name === key) ?? nearest(key, RULE_KEYS);
  if (!word || (path[0] === 'rules' && path.length <= 3) || (path[0] !== 'rules' && path.length > 1)) return undefined;
  if (path[0] === 'rules') return widened(`${word} belongs beside level, not inside resources.`, word, path);
  const sentence = `${word} belongs inside a rule, indented as far as its level.`;
  return SELECTORS.includes(word) ? `${sentence} Without it that rule matches more than meant.` : sentence;
}
