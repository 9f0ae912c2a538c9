import type { Explanation, RuleMiss, SelectorName } from '../policy/explain/explain.ts';
import type { ViewOptions } from './explanation-view.ts';
import { safeText } from './safe-text.ts';
import { wrap } from './wrap.ts';

/** So many rules are shown one by one; of more the like ones are put together. */
const ONE_BY_ONE = 5;

/** Why the rules before the deciding one did not match; empty where there are none. */
export function earlierView({ earlier, decision }: Explanation, options: ViewOptions): string {
  if (earlier.length === 0) return '';
  const isShort = earlier.length <= ONE_BY_ONE || options.verbose;
  const lines = isShort ? earlier.flatMap((miss) => ruleLines(miss, options)) : foldedLines(earlier, options);
  const before = decision.rule === 0 ? 'Why no rule matches:' : 'Why no earlier rule matches:';
  return [before, ...lines].join('\n');
}

function ruleLines(miss: RuleMiss, options: ViewOptions): string[] {
  const head = `rule ${miss.rule} (${miss.level}): `;
  const items = withoutRepeats(miss.wanted);
  const wanted = options.verbose ? items.join(', ') : some(items);
  return hanging(head, `${miss.selector} ${safeText(wanted)}${safeText(hadText(miss))}${noteText(miss)}`, options);
}

// `all of core, apps` for `all of core, all of apps`.
function withoutRepeats(items: readonly string[]): string[] {
  const lead = 'all of ';
  return items.map((item, index) =>
    item.startsWith(lead) && items[index - 1]?.startsWith(lead) ? item.slice(lead.length) : item,
  );
}

const SHOWN_ITEMS = 3;

function some(items: readonly string[]): string {
  const rest = items.length - SHOWN_ITEMS;
  return rest > 1 ? `${items.slice(0, SHOWN_ITEMS).join(', ')} and ${rest} more` : items.join(', ');
}

function hadText({ had, selector }: RuleMiss): string {
  return `; ${HAD[selector](had === null ? null : [had].flat().join(', '))}`;
}

const HAD: Readonly<Record<SelectorName, (had: string | null) => string>> = {
  users: (had) => (had === null ? 'there is no user' : `the user is ${had || '""'}`),
  userGroups: (had) => (had === null ? 'there is no user' : had === '' ? 'the user has none' : `the user has ${had}`),
  verbs: (had) => `the verb is ${had || '""'}`,
  namespaces: (had) => (had === null ? 'it is a request for a path' : `the namespace is ${had || '""'}`),
  resources: (had) => (had === null ? 'it is a request for a path' : `it is for ${had}`),
  nonResourceURLs: (had) => (had === null ? 'it is a request for a resource' : `the path is ${had || '""'}`),
};

function noteText({ note }: RuleMiss): string {
  return note === undefined ? '' : ` (${safeText(note)})`;
}

/** Rules that miss by the same selector in one line; those with a note of their own besides. */
function foldedLines(earlier: readonly RuleMiss[], options: ViewOptions): string[] {
  const noted = earlier.filter(({ note }) => note !== undefined).slice(0, ONE_BY_ONE);
  const plain = earlier.filter((miss) => !noted.includes(miss));
  const selectors = [...new Set(plain.map(({ selector }) => selector))];
  const folded = selectors.flatMap((selector) =>
    groupLines(
      plain.filter((miss) => miss.selector === selector),
      options,
    ),
  );
  return [...folded, ...noted.flatMap((miss) => ruleLines(miss, options))].concat(
    options.style.dim('  (-v shows each)'),
  );
}

function groupLines(misses: readonly RuleMiss[], options: ViewOptions): string[] {
  const numbers = ranges(misses.map(({ rule }) => rule));
  const head = misses.length === 1 ? `rule ${numbers} names` : `rules ${numbers} name`;
  return misses
    .slice(0, 1)
    .flatMap(({ selector, had }) => hanging(head, safeText(` ${otherText(selector, had)}`), options));
}

/** `other users than alice`; where the request has no such thing at all, what it is instead. */
function otherText(selector: SelectorName, had: RuleMiss['had']): string {
  const noun = NOUNS[selector];
  if (had === null || had.length === 0) return `${noun}; ${HAD[selector](had === null ? null : '')}`;
  return `other ${noun} than ${[had].flat().join(', ')}`;
}

const NOUNS: Readonly<Record<SelectorName, string>> = {
  users: 'users',
  userGroups: 'groups',
  verbs: 'verbs',
  namespaces: 'namespaces',
  resources: 'resources',
  nonResourceURLs: 'paths',
};

/** `1-3, 5`: numbers in order, neighbours together. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
}

function hanging(head: string, text: string, { columns }: ViewOptions): string[] {
  return wrap(`${head}${text}`, columns - 6)
    .split('\n')
    .map((line, index) => `${index === 0 ? '  ' : '      '}${line}`);
}
