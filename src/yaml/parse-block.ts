import { type Event, emptyScalar, event } from './event.ts';
import { type Parser, type State, back, drop, go, isOneOf, pass, peek, unexpected } from './parser.ts';
import type { Token, TokenType } from './token.ts';

/** The first item of a list in block style. These states are those of go-yaml's `parserc.go`, release 2.4.4. */
export function parseBlockSequence(parser: Parser): Event {
  drop(parser);
  return parseBlockEntry(parser);
}

function parseBlockEntry(parser: Parser): Event {
  const token = peek(parser);
  if (token.type === 'block-entry') {
    return entry(parser, token, parseBlockEntry, 'block', ['block-entry', 'block-end']);
  }
  if (token.type !== 'block-end') throw unexpected(token, "did not find expected '-' indicator");
  return close(parser, token, 'sequence-end');
}

/** An item of a list whose `-` stand at the column of its key. */
export function parseIndentlessSequence(parser: Parser): Event {
  const token = peek(parser);
  if (token.type === 'block-entry') {
    const enders: TokenType[] = ['block-entry', 'key', 'value', 'block-end'];
    return entry(parser, token, parseIndentlessSequence, 'block', enders);
  }
  back(parser);
  return event('sequence-end', token.start, token.start);
}

/** The first key of a map in block style. */
export function parseBlockMapping(parser: Parser): Event {
  drop(parser);
  return parseBlockKey(parser);
}

const PAIR_ENDERS: readonly TokenType[] = ['key', 'value', 'block-end'];

function parseBlockKey(parser: Parser): Event {
  const token = peek(parser);
  if (token.type === 'key') return entry(parser, token, parseBlockValue, 'block-or-list', PAIR_ENDERS);
  if (token.type !== 'block-end') throw unexpected(token, 'did not find expected key');
  return close(parser, token, 'mapping-end');
}

function parseBlockValue(parser: Parser): Event {
  const token = peek(parser);
  if (token.type === 'value') return entry(parser, token, parseBlockKey, 'block-or-list', PAIR_ENDERS);
  return go(parser, parseBlockKey, emptyScalar(token.start));
}

// What follows an indicator: a node, or nothing.
function entry(
  parser: Parser,
  { end }: Token,
  next: State,
  where: 'block' | 'block-or-list',
  enders: readonly TokenType[],
): Event {
  if (isOneOf(pass(parser), ...enders)) return go(parser, next, emptyScalar(end));
  parser.states.push(next);
  return parser.parseNode(parser, where);
}

function close(parser: Parser, { start, end }: Token, type: Event['type']): Event {
  back(parser);
  drop(parser);
  return event(type, start, end);
}
