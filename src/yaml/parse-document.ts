import { type Event, emptyScalar, event } from './event.ts';
import { type Parser, back, drop, go, isOneOf, pass, peek, unexpected } from './parser.ts';

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
