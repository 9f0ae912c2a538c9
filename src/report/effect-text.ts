import { apiGroups, resourceOf } from '../policy/api/lookup.ts';
import { PATH_VERBS, RESOURCE_VERBS } from '../policy/api/verbs.ts';
import type { Comparison, DifferenceClass } from '../policy/compare/compare.ts';
import { type ResourceSet, describe, type Description } from '../policy/compare/describe.ts';
import type { Outcome } from '../policy/compare/sides.ts';
import { LEVELS } from '../policy/types.ts';
import { exceptionText, requestsText } from './requests-text.ts';
import { wrap } from './wrap.ts';

const LONGEST_LIST = 4;
const MOST = 6;

/** What a change of a policy does to what is recorded, one line a set of requests; '' where nothing in the log changes. */
export function effectText({ classes }: Comparison, columns: number): string {
  const effects = classes.flatMap(effectsOf);
  const shown = effects.length > MOST + 1 ? effects.slice(0, MOST) : effects;
  const more = effects.length - shown.length;
  const lines = [...shown, ...(more > 0 ? [`${more} more sets of requests, see kops-audit policy diff`] : [])];
  return lines.map((line) => `  - ${wrap(line, columns - 4).replaceAll('\n', '\n    ')}\n`).join('');
}

function effectsOf(entry: DifferenceClass): string[] {
  const { before, after } = entry;
  const description = describe(entry.requests);
  if (isMadeUp(description) || recordsTheSame(description, before, after)) return [];
  const { except, ...requests } = description;
  const but = except.map((one) => exceptionText(one, LONGEST_LIST));
  const left =
    but.length === 0 ? '' : but.length > 2 ? `, with ${but.length} exceptions` : `, but not ${but.join(' and ')}`;
  return [`${requestsText(requests, LONGEST_LIST)}${left}: ${changeOf(before, after)}`];
}

const VERBS = [...RESOURCE_VERBS, ...PATH_VERBS, ''];

// What a fix leaves behind: requests with the verb, group or resource that it corrects. Nobody sends these.
function isMadeUp({ verbs, resources, paths }: Description): boolean {
  if ('only' in verbs && verbs.only.every((verb) => !VERBS.includes(verb))) return true;
  return paths === null && (resources ?? []).every(isMadeUpSet);
}

function isMadeUpSet({ groups, resources }: ResourceSet): boolean {
  if ('except' in groups) return false;
  return groups.only.every((group) => {
    if (!apiGroups().includes(group)) return !group.includes('.');
    return 'only' in resources && resources.only.every((name) => !resourceOf(group, name.split(/[/ ]/)[0] ?? ''));
  });
}

const READS = ['get', 'head', 'list', 'watch'];
const STREAM = /\/(?:exec|attach|portforward|proxy|log)$/;

// A read sends no body, and a stream and a watch leave none, whatever the level: see `src/policy/explain/meaning.ts`.
function recordsTheSame({ verbs, resources, paths }: Description, before: Outcome, after: Outcome): boolean {
  if (before.omitStages.join() !== after.omitStages.join() || before.level === 'None' || after.level === 'None')
    return false;
  const only = 'only' in verbs ? verbs.only : undefined;
  const noResponse = before.level !== 'RequestResponse' && after.level !== 'RequestResponse';
  if (only && noResponse && only.every((verb) => READS.includes(verb))) return true;
  if (only?.every((verb) => verb === 'watch')) return true;
  const isStreams = resources?.every(
    (set) => 'only' in set.resources && set.resources.only.every((name) => STREAM.test(name)),
  );
  return paths === null && isStreams === true;
}

function changeOf(before: Outcome, after: Outcome): string {
  if (after.level === 'None') return 'no longer recorded';
  const bodies = WITH[after.level];
  if (before.level === 'None') return `now recorded, ${bodies}`;
  if (before.level !== after.level) return `${rises(before, after) ? 'now' : 'from now on only'} recorded ${bodies}`;
  const lost = after.omitStages.filter((stage) => !before.omitStages.includes(stage));
  if (lost.length > 0) return `no longer recorded at ${lost.join(', ')}`;
  const won = before.omitStages.filter((stage) => !after.omitStages.includes(stage));
  if (won.length > 0) return `now recorded at ${won.join(', ')} too`;
  return `now recorded ${after.omitManagedFields ? 'without' : 'with'} managed fields`;
}

function rises(before: Outcome, after: Outcome): boolean {
  return LEVELS.indexOf(after.level) > LEVELS.indexOf(before.level);
}

const WITH = {
  Metadata: 'without bodies',
  Request: 'with the body of the request',
  RequestResponse: 'with both bodies',
} as const;
