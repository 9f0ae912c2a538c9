import type { Preset } from './columns.ts';
import { and, call, choose, type Expression, is, isMore, minus, name, number, or, plus, text } from './expression.ts';
import type { Step } from './request.ts';

/** How the members of a line begin that Go writes; no text in it can hold that, since quotes are escaped there. */
const RESPONSE = ',"responseObject":';
/** The first body stands behind an object; a key of that name in the `extra` of a user behind a list. */
const FIRST_BODIES = ['},"requestObject":', '},"responseObject":'] as const;
const AFTER_BODIES = ',"requestReceivedTimestamp":"';
const PATCH = 'patch.webhook.admission.k8s.io/';
const PATCH_MEMBER = '"patch[.]webhook[.]admission[.]k8s[.]io/[^"]*":"(?:[^"\\\\]|\\\\.)*"';

const LINE = name('line_');
const LEVEL = name('level_');
const WRITTEN = name('written_');
const TAIL = name('tail_');

/**
 * Gives the steps that tell how long the line would be that kube-apiserver had written at the level `wanted_`, line feed included: what
 * `sizesOf` of `src/replay/sizes.ts` tells. Bodies are found by their places in the line, so that each byte of it counts as it was written,
 * whatever the JSON functions of a database make of numbers and escapes.
 *
 * @param managed the condition under which managed fields are left out; undefined: never.
 */
export function sizeSteps({ levelKey }: Preset, managed: Expression | undefined): Step[] {
  return [
    {
      name: 'written',
      columns: [
        ['written_', lowerOf(LEVEL, name('wanted_'))],
        ['tail_', call('afterLast', LINE, text(AFTER_BODIES))],
      ],
    },
    {
      name: 'sized',
      columns: [
        [
          'size_',
          choose(
            [[is(name('wanted_'), text('None')), number(0)]],
            minus(
              plus(plus(call('bytes', LINE), number(1)), minus(call('bytes', WRITTEN), call('bytes', LEVEL))),
              number(levelKey.length - 'level'.length),
              goneOf(),
              ...(managed ? [managedOf(managed)] : []),
            ),
          ),
        ],
      ],
    },
  ];
}

function lowerOf(first: Expression, second: Expression): Expression {
  const either = (level: string): Expression => or(is(first, text(level)), is(second, text(level)));
  return choose(
    [
      [either('Metadata'), text('Metadata')],
      [either('Request'), text('Request')],
    ],
    text('RequestResponse'),
  );
}

/** Bodies, and from Request down to Metadata the patches of webhooks, which are annotations. */
function goneOf(): Expression {
  const bodies = minus(
    between(HEAD),
    choose([[isMore(call('bytes', LINE), call('bytes', HEAD)), number(1)]], number(0)),
  );
  return choose(
    [
      [is(WRITTEN, text('Metadata')), plus(bodies, patches())],
      [and(is(WRITTEN, text('Request')), is(LEVEL, text('RequestResponse'))), between(beforeResponse())],
    ],
    number(0),
  );
}

/** What stands before the bodies, but for a brace; the line where there are none. */
const HEAD = FIRST_BODIES.reduce<Expression>((line, mark) => call('before', line, text(mark)), LINE);

/** What stands before the response, which is not what a key of that name in the request or before it begins. */
function beforeResponse(): Expression {
  const parts = (of: Expression): Expression => call('count', call('split', of, text(RESPONSE)));
  const request = call('joined', text('.'), call('jsonRaw', LINE, text('$.requestObject')));
  const before = minus(plus(parts(HEAD), parts(request)), number(1));
  return call('beforeNth', LINE, text(RESPONSE), before);
}

/** From the end of a text that the line begins with to what stands behind the bodies; nothing where that text is the line. */
function between(head: Expression): Expression {
  const rest = minus(call('bytes', LINE), call('bytes', head), number(AFTER_BODIES.length), call('bytes', TAIL));
  return choose([[isMore(call('bytes', LINE), call('bytes', head)), rest]], number(0));
}

function patches(): Expression {
  const without = (value: Expression, pattern: string, by: string): Expression =>
    call('replaceAll', value, text(pattern), text(by));
  const later = without(TAIL, `,${PATCH_MEMBER}`, '');
  const first = without(later, `[{]${PATCH_MEMBER},?`, '{');
  const empty = without(first, ',"annotations":[{][}]', '');
  return choose([[call('contains', TAIL, text(PATCH)), minus(call('bytes', TAIL), call('bytes', empty))]], number(0));
}

/** A patch is written as it was sent: `mayLoseManagedFields` of `src/replay/keep.ts`. */
function managedOf(condition: Expression): Expression {
  const isPatch = is(name('verb_'), text('patch'));
  const inRequest = choose([[isPatch, number(0)]], call('managedBytes', LINE, text('$.requestObject')));
  const inResponse = call('managedBytes', LINE, text('$.responseObject'));
  return choose(
    [
      [
        or({ not: condition }, is(WRITTEN, text('Metadata')), { not: call('contains', LINE, text('"managedFields"')) }),
        number(0),
      ],
      [is(WRITTEN, text('Request')), inRequest],
    ],
    plus(inRequest, inResponse),
  );
}
