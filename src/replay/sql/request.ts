import { columnOf, isInLine, type Preset } from './columns.ts';
import {
  and,
  call,
  choose,
  type Expression,
  is,
  isAtLeast,
  isIn,
  isMore,
  isNot,
  name,
  number,
  or,
  orElse,
  plus,
  text,
} from './expression.ts';
import type { Field } from './predicate.ts';

/** A step of the query: a SELECT over the one before, which adds columns to its own. */
export interface Step {
  name: string;
  columns: readonly (readonly [string, Expression])[];
}

/**
 * Gives the steps that make out of a row what a policy sees of the request: `requestOf` of `src/events/request.ts`, and only so much of it
 * as a policy asks for. The first takes the columns of the table.
 */
export function requestSteps(preset: Preset, asked: ReadonlySet<Field>): Step[] {
  const isOfUrl = URL_FIELDS.some((field) => asked.has(field));
  const needed = EVENT.filter(([column]) => isNeeded(column, preset, asked, isOfUrl));
  const isOwn = ([column]: (typeof EVENT)[number]): boolean => preset.columns[column] !== undefined;
  const columnsOf = (some: typeof needed): Step['columns'] => some.map(([from, as]) => [as, columnOf(from, preset)]);
  const line = preset.columns.line ? [['line_', lineOf(preset.columns.line)] as const] : [];
  const told: Step['columns'] = [
    ['has_user_', hasUser(preset)],
    ['is_resource_', isInLine('objectRef', preset) ?? isNot(name('ref_resource_'), text(''))],
  ];
  return [
    { name: 'source', columns: [...line, ...columnsOf(needed.filter(isOwn))] },
    { name: 'event', columns: [...columnsOf(needed.filter((row) => !isOwn(row))), ...told] },
    ...(isOfUrl || asked.has('path') ? pathSteps(asked) : []),
    ...(isOfUrl ? urlSteps(asked) : []),
  ];
}

const URL_FIELDS = ['namespace', 'apiGroup', 'resource', 'subresource', 'target', 'name'] as const;

/** The columns that come from those of an event. */
const EVENT = [
  ['level', 'level_'],
  ['stage', 'stage_'],
  ['verb', 'verb_'],
  ['user.username', 'user_'],
  ['user.groups', 'groups_'],
  ['requestURI', 'uri_'],
  ['objectRef.apiGroup', 'ref_group_'],
  ['objectRef.namespace', 'ref_namespace_'],
  ['objectRef.resource', 'ref_resource_'],
  ['objectRef.subresource', 'ref_subresource_'],
  ['objectRef.name', 'ref_name_'],
] as const;

function isNeeded(
  column: (typeof EVENT)[number][0],
  { columns }: Preset,
  asked: ReadonlySet<Field>,
  isOfUrl: boolean,
): boolean {
  if (column === 'level') return columns.line !== undefined;
  if (column === 'requestURI') return isOfUrl || asked.has('path');
  if (column === 'objectRef.name') return asked.has('name');
  if (column === 'objectRef.resource') return isOfUrl || columns[column] !== undefined || columns.line === undefined;
  return !column.startsWith('objectRef.') || isOfUrl;
}

/** What is no JSON has no event; the functions of some databases fail there. */
function lineOf(column: readonly string[]): Expression {
  const line = orElse({ column }, text(''));
  return choose([[call('isJson', line), line]], text('{}'));
}

/** Neither a name nor groups: the request did not authenticate. */
function hasUser(preset: Preset): Expression {
  return or(
    isInLine('user.username', preset) ?? isNot(name('user_'), text('')),
    isInLine('user.groups', preset) ?? isMore(call('count', name('groups_')), number(0)),
  );
}

const HEX = '[0-9A-Fa-f]';
const NEXT = `%[89ABab]${HEX}`;
/** Percent-encoding without a mistake in it: of whole characters of UTF-8, none longer than it need be, none a surrogate. */
const ENCODED = [
  '[^%]',
  `%[0-7]${HEX}`,
  `%(?:[Cc][2-9A-Fa-f]|[Dd]${HEX})${NEXT}`,
  `%[Ee]0%[ABab]${HEX}${NEXT}`,
  `%[Ee][1-9A-CE-Fa-ce-f]${NEXT}${NEXT}`,
  `%[Ee][Dd]%[89]${HEX}${NEXT}`,
  `%[Ff]0%[9ABab]${HEX}${NEXT}${NEXT}`,
  `%[Ff][1-3]${NEXT}${NEXT}${NEXT}`,
  `%[Ff]4%8${HEX}${NEXT}${NEXT}`,
];
const WELL_ENCODED = `^(?:${ENCODED.join('|')})*\\z`;

/** The path without the query, decoded; one that cannot be decoded stays as it is, and so does a plus. */
function pathSteps(asked: ReadonlySet<Field>): Step[] {
  const query = call('extract', name('uri_'), text('^[^?]*[?]((?s:.*))'));
  return [
    {
      name: 'uri',
      columns: [
        ['raw_path_', call('before', name('uri_'), text('?'))],
        ...(asked.has('name') ? [['query_', query] as const] : []),
      ],
    },
    { name: 'path', columns: [['path_', decoded(name('raw_path_'))]] },
  ];
}

function decoded(value: Expression): Expression {
  const isEncoded = and(call('contains', value, text('%')), call('matches', value, text(WELL_ENCODED)));
  return choose([[isEncoded, call('percentDecode', value)]], value);
}

const SEGMENTS = name('segments_');
const START = name('start_');
const FIRST = name('first_');
const AT = name('at_');

function segment(at: Expression, more = 0): Expression {
  return call('item', SEGMENTS, more === 0 ? at : plus(at, number(more)));
}

/** Whether there is a segment. */
function reaches(at: Expression, more = 0): Expression {
  return isAtLeast(call('count', SEGMENTS), more === 0 ? at : plus(at, number(more)));
}

/** /api/v1/…, /apis/GROUP/VERSION/…, with the old prefixes /watch/ and /proxy/ behind that. */
function urlSteps(asked: ReadonlySet<Field>): Step[] {
  const isSpecial = and(reaches(START, 1), isIn(segment(START), 'watch', 'proxy'));
  const isNamespace = is(segment(FIRST), text('namespaces'));
  const isInside = and(isNamespace, reaches(FIRST, 2), {
    of: segment(FIRST, 2),
    in: ['status', 'finalize'],
    isNot: true,
  });
  return [
    {
      name: 'segments',
      columns: [['segments_', call('split', call('replaceAll', name('path_'), text('^/|/\\z'), text('')), text('/'))]],
    },
    {
      name: 'api',
      columns: [
        [
          'start_',
          choose(
            [
              [is(segment(number(1)), text('api')), number(3)],
              [is(segment(number(1)), text('apis')), number(4)],
            ],
            number(1),
          ),
        ],
      ],
    },
    {
      name: 'prefix',
      columns: [
        ['is_url_', and(isMore(START, number(1)), reaches(START))],
        ['first_', choose([[isSpecial, plus(START, number(1))]], START)],
      ],
    },
    { name: 'place', columns: [['at_', choose([[isInside, plus(FIRST, number(2))]], FIRST)]] },
    { name: 'request', columns: requestColumns(isNamespace) },
    ...(asked.has('name') ? nameSteps() : []),
    { name: 'target', columns: [['target_', targetColumn()]] },
  ];
}

function requestColumns(isNamespace: Expression): Step['columns'] {
  const isUrl = name('is_url_');
  const fromUrl = (value: Expression, ref: string): Expression => choose([[isUrl, value]], name(ref));
  const isProxy = and(isMore(FIRST, START), is(segment(START), text('proxy')));
  const group = choose([[is(START, number(3)), text('')]], segment(number(2)));
  return [
    ['api_group_', fromUrl(group, 'ref_group_')],
    ['namespace_', fromUrl(choose([[isNamespace, segment(FIRST, 1)]], text('')), 'ref_namespace_')],
    ['resource_', fromUrl(segment(AT), 'ref_resource_')],
    ['subresource_', fromUrl(choose([[isProxy, text('')]], segment(AT, 2)), 'ref_subresource_')],
  ];
}

/** A list or watch of one object has its name in the selector. */
function nameSteps(): Step[] {
  const inUrl = choose([[name('is_url_'), segment(AT, 1)]], name('ref_name_'));
  const selector = call('extract', name('query_'), text('(?:^|&)fieldSelector=([^&]*)'));
  const selected = name('selected_name_');
  const isSpecial = and(name('is_url_'), isMore(FIRST, START));
  return [
    {
      name: 'selector',
      columns: [
        ['url_name_', inUrl],
        ['selector_', call('replaceAll', selector, text('[+]'), text(' '))],
      ],
    },
    {
      name: 'selected',
      columns: [
        [
          'selected_name_',
          call('extract', decoded(name('selector_')), text('(?:^|,)metadata[.]name==?([^,!=]+)(?:,|\\z)')),
        ],
      ],
    },
    {
      name: 'named',
      columns: [
        [
          'name_',
          choose(
            [
              [isNot(name('url_name_'), text('')), name('url_name_')],
              [or(isSpecial, { of: name('verb_'), in: ['list', 'watch'], isNot: true }), text('')],
              [or(isIn(selected, '.', '..'), call('matches', selected, text('[/%]'))), text('')],
            ],
            selected,
          ),
        ],
      ],
    },
  ];
}

/** `pods`, `pods/log`. */
function targetColumn(): Expression {
  return choose(
    [[is(name('subresource_'), text('')), name('resource_')]],
    call('joined', name('resource_'), text('/'), name('subresource_')),
  );
}
