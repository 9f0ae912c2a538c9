import { YamlProblem } from './characters.ts';
import { peekToken } from './scanner.ts';
import { type ScalarStyle, type Scanner, type Token, type TokenType, shiftToken } from './tokens.ts';

/** How a node is written: a scalar in one of its styles, a collection in lines or in brackets. */
export type NodeStyle = ScalarStyle | 'block' | 'flow';

/** A step of a document, as go-yaml's parser tells it. `start` and `end` are offsets in the text. */
export interface Event {
  type:
    | 'stream-start'
    | 'stream-end'
    | 'document-start'
    | 'document-end'
    | 'alias'
    | 'scalar'
    | 'sequence-start'
    | 'sequence-end'
    | 'mapping-start'
    | 'mapping-end';
  start: number;
  end: number;
  /** Where the value begins, behind its tag and anchor. */
  valueStart: number;
  style: NodeStyle;
  /** A scalar's text, an alias' name. */
  value: string;
  anchor: string;
  /** As it resolves: `tag:yaml.org,2002:str`, `!foo`, `!`; empty for none. */
  tag: string;
  /** A scalar whose type its text tells. */
  implicit: boolean;
}

/** An event without text, anchor or tag. */
function event(type: Event['type'], start: number, end: number): Event {
  return { type, start, end, valueStart: start, style: 'plain', value: '', anchor: '', tag: '', implicit: false };
}

/** The scalar that stands where nothing is written. */
function emptyScalar(at: number): Event {
  return { ...event('scalar', at, at), implicit: true };
}

/** What go-yaml's parser knows (`parserc.go`, release 2.4.4): the next step, and those to come back to. */
export interface Parser {
  scanner: Scanner;
  state: State;
  states: State[];
  tagPrefixes: Map<string, string>;
  /** Reads a node: in block style, in block style or a list at the column of its key, inside brackets. */
  parseNode: (parser: Parser, where: 'block' | 'block-or-list' | 'flow') => Event;
}

/** Reads one event and sets the next state. Throws YamlProblem. */
type State = (parser: Parser) => Event;

/** The next token, left where it is. */
function peek({ scanner }: Parser): Token {
  return peekToken(scanner);
}

/** Passes over the next token; gives the one behind it. */
function pass(parser: Parser): Token {
  shiftToken(parser.scanner);
  return peek(parser);
}

/** Passes over the next token without a look at what follows. */
function drop({ scanner }: Parser): void {
  shiftToken(scanner);
}

/** Goes back to the state before. */
function back(parser: Parser): void {
  parser.state = parser.states.pop() ?? ended;
}

function ended(): never {
  throw new TypeError('there is no state to go back to');
}

/** Gives an event and goes to a state. */
function go(parser: Parser, state: State, event: Event): Event {
  parser.state = state;
  return event;
}

/** Whether a token is of one of the types. */
function isOneOf({ type }: Token, ...types: TokenType[]): boolean {
  return types.includes(type);
}

/** The error of a token that does not fit. */
function unexpected({ start }: Token, problem: string): YamlProblem {
  return new YamlProblem(problem, start);
}

/** The state at the start of a text. These states are those of go-yaml's `parserc.go`, release 2.4.4. */
export function parseStreamStart(parser: Parser): Event {
  peek(parser);
  drop(parser);
  return go(parser, parseFirstDocument, event('stream-start', 0, 0));
}

function parseFirstDocument(parser: Parser): Event {
  const token = peek(parser);
  if (isOneOf(token, 'version-directive', 'tag-directive', 'document-start', 'stream-end')) return explicit(parser);
  readDirectives(parser);
  parser.states.push(parseDocumentEnd);
  return go(parser, parseContentNode, event('document-start', token.start, token.end));
}

function parseContentNode(parser: Parser): Event {
  return parser.parseNode(parser, 'block');
}

function explicit(parser: Parser): Event {
  const { start, end, type } = peek(parser);
  if (type === 'stream-end') return go(parser, noMore, event('stream-end', start, end));
  readDirectives(parser);
  const token = peek(parser);
  if (token.type !== 'document-start') throw unexpected(token, 'did not find expected <document start>');
  drop(parser);
  parser.states.push(parseDocumentEnd);
  return go(parser, parseContent, event('document-start', start, token.end));
}

function parseContent(parser: Parser): Event {
  const token = peek(parser);
  const ends = isOneOf(token, 'version-directive', 'tag-directive', 'document-start', 'document-end', 'stream-end');
  if (!ends) return parseContentNode(parser);
  back(parser);
  return emptyScalar(token.start);
}

// Only the first document is read.
function parseDocumentEnd(parser: Parser): Event {
  const { start, end } = peek(parser);
  return go(parser, noMore, event('document-end', start, end));
}

function noMore(): never {
  throw new TypeError('only the first document is read');
}

const DEFAULT_PREFIXES: readonly [string, string][] = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
];

function readDirectives(parser: Parser): void {
  let hasVersion = false;
  for (let token = peek(parser); isOneOf(token, 'version-directive', 'tag-directive'); token = pass(parser)) {
    const { type, value, suffix } = token;
    if (type === 'tag-directive') {
      if (parser.tagPrefixes.has(value)) throw unexpected(token, 'found duplicate %TAG directive');
      parser.tagPrefixes.set(value, suffix);
    } else {
      if (hasVersion) throw unexpected(token, 'found duplicate %YAML directive');
      if (value !== '1.1') throw unexpected(token, 'found incompatible YAML document');
      hasVersion = true;
    }
  }
  for (const [handle, prefix] of DEFAULT_PREFIXES) {
    if (!parser.tagPrefixes.has(handle)) parser.tagPrefixes.set(handle, prefix);
  }
}

/** Reads a node, as `yaml_parser_parse_node` of go-yaml's `parserc.go` does, release 2.4.4. */
export const parseNode: Parser['parseNode'] = (parser, where) => {
  const first = peek(parser);
  if (first.type === 'alias') return parseAlias(parser, first);
  const node = parseProperties(parser, first);
  const token = peek(parser);
  if (token.type === 'scalar') return parseScalar(parser, token, node);
  const found = collectionOf(token.type, where);
  if (found) return parseCollection(parser, token, node, found);
  if (node.anchor === '' && node.tag === '') throw unexpected(token, 'did not find expected node content');
  back(parser);
  node.valueStart = node.end;
  node.implicit = node.tag === '';
  return node;
};

function parseAlias(parser: Parser, { start, end, value }: Token): Event {
  back(parser);
  drop(parser);
  return { ...event('alias', start, end), value };
}

// A tag and an anchor, in either order, each once; as the event of an empty scalar.
function parseProperties(parser: Parser, first: Token): Event {
  const found = event('scalar', first.start, first.start);
  let hasTag = false;
  for (let token = first; ; token = pass(parser)) {
    if (token.type === 'anchor' && found.anchor === '') found.anchor = token.value;
    else if (token.type === 'tag' && !hasTag) found.tag = resolveTag(parser, token);
    else return found;
    hasTag ||= token.type === 'tag';
    found.end = token.end;
  }
}

function resolveTag(parser: Parser, tag: Token): string {
  if (tag.value === '') return tag.suffix;
  const prefix = parser.tagPrefixes.get(tag.value);
  const name = prefix === undefined ? '' : prefix + tag.suffix;
  if (name === '') throw unexpected(tag, 'found undefined tag handle');
  return name;
}

function parseScalar(parser: Parser, token: Token, node: Event): Event {
  back(parser);
  drop(parser);
  node.valueStart = token.start;
  node.end = token.end;
  node.value = token.value;
  node.style = token.style;
  node.implicit = node.tag === '!' || (node.tag === '' && token.style === 'plain');
  return node;
}

function parseCollection(parser: Parser, token: Token, node: Event, [type, style, state]: CollectionStart): Event {
  node.type = type;
  node.valueStart = token.start;
  node.end = token.end;
  node.style = style;
  return go(parser, state, node);
}

type CollectionStart = readonly [type: Event['type'], style: 'block' | 'flow', first: State];

function collectionOf(
  type: TokenType,
  where: 'block' | 'block-or-list' | 'flow',
): [Event['type'], 'block' | 'flow', State] | undefined {
  if (type === 'block-entry')
    return where === 'block-or-list' ? ['sequence-start', 'block', parseIndentlessSequence] : undefined;
  if (type === 'flow-sequence-start') return ['sequence-start', 'flow', parseFlowSequenceStart];
  if (type === 'flow-mapping-start') return ['mapping-start', 'flow', parseFlowMappingStart];
  if (type === 'block-sequence-start' && where !== 'flow') return ['sequence-start', 'block', parseBlockSequence];
  if (type === 'block-mapping-start' && where !== 'flow') return ['mapping-start', 'block', parseBlockMapping];
  return undefined;
}

/** The first item of a list in block style. These states are those of go-yaml's `parserc.go`, release 2.4.4. */
function parseBlockSequence(parser: Parser): Event {
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
function parseIndentlessSequence(parser: Parser): Event {
  const token = peek(parser);
  if (token.type === 'block-entry') {
    const enders: TokenType[] = ['block-entry', 'key', 'value', 'block-end'];
    return entry(parser, token, parseIndentlessSequence, 'block', enders);
  }
  back(parser);
  return event('sequence-end', token.start, token.start);
}

/** The first key of a map in block style. */
function parseBlockMapping(parser: Parser): Event {
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

/** The first item between `[` and `]`. These states are those of go-yaml's `parserc.go`, release 2.4.4. */
function parseFlowSequenceStart(parser: Parser): Event {
  return parseItem(parser, pass(parser));
}

function parseNextItem(parser: Parser): Event {
  const token = peek(parser);
  if (token.type === 'flow-sequence-end') return close(parser, token, 'sequence-end');
  if (token.type !== 'flow-entry') throw unexpected(token, "did not find expected ',' or ']'");
  return parseItem(parser, pass(parser));
}

function parseItem(parser: Parser, token: Token): Event {
  if (token.type === 'flow-sequence-end') return close(parser, token, 'sequence-end');
  if (token.type !== 'key') return descend(parser, parseNextItem);
  drop(parser);
  return go(parser, parsePairKey, { ...event('mapping-start', token.start, token.end), style: 'flow' });
}

// A map of one pair, without braces.
function parsePairKey(parser: Parser): Event {
  const token = peek(parser);
  if (!isOneOf(token, 'value', 'flow-entry', 'flow-sequence-end')) return descend(parser, parsePairValue);
  drop(parser);
  return go(parser, parsePairValue, emptyScalar(token.end));
}

function parsePairValue(parser: Parser): Event {
  return parseValue(parser, parsePairEnd, 'flow-sequence-end');
}

function parsePairEnd(parser: Parser): Event {
  const { start } = peek(parser);
  return go(parser, parseNextItem, event('mapping-end', start, start));
}

/** The first key between `{` and `}`. */
function parseFlowMappingStart(parser: Parser): Event {
  return parseKey(parser, pass(parser));
}

function parseNextKey(parser: Parser): Event {
  const token = peek(parser);
  if (token.type === 'flow-mapping-end') return close(parser, token, 'mapping-end');
  if (token.type !== 'flow-entry') throw unexpected(token, "did not find expected ',' or '}'");
  return parseKey(parser, pass(parser));
}

function parseKey(parser: Parser, token: Token): Event {
  if (token.type === 'flow-mapping-end') return close(parser, token, 'mapping-end');
  if (token.type !== 'key') return descend(parser, parseNoValue);
  const next = pass(parser);
  if (!isOneOf(next, 'value', 'flow-entry', 'flow-mapping-end')) return descend(parser, parseMappingValue);
  return go(parser, parseMappingValue, emptyScalar(next.start));
}

function parseMappingValue(parser: Parser): Event {
  return parseValue(parser, parseNextKey, 'flow-mapping-end');
}

function parseNoValue(parser: Parser): Event {
  return go(parser, parseNextKey, emptyScalar(peek(parser).start));
}

function parseValue(parser: Parser, next: State, ender: TokenType): Event {
  let token = peek(parser);
  if (token.type === 'value') {
    token = pass(parser);
    if (!isOneOf(token, 'flow-entry', ender)) return descend(parser, next);
  }
  return go(parser, next, emptyScalar(token.start));
}

function descend(parser: Parser, next: State): Event {
  parser.states.push(next);
  return parser.parseNode(parser, 'flow');
}
