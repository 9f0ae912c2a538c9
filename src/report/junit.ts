/** An XML element: text in it is escaped, and what XML 1.0 cannot hold is left out. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string | number>>;
  content?: readonly XmlElement[] | string;
}

/** A JUnit report, as Jenkins, GitLab and others read it, with the numbers of all its suites. */
export function junitDocument(name: string, suites: readonly XmlElement[]): string {
  const total = (key: 'tests' | 'failures' | 'errors'): number =>
    suites.reduce((sum, { attributes }) => sum + Number(attributes[key]), 0);
  const attributes = { name, tests: total('tests'), failures: total('failures'), errors: total('errors') };
  return xmlDocument({ name: 'testsuites', attributes, content: suites });
}

/** The cases of one file, and how many of them failed, were in error or skipped. */
export function testSuite(
  name: string,
  cases: readonly XmlElement[],
  properties: readonly XmlElement[] = [],
): XmlElement {
  const count = (kind: string): number =>
    cases.filter(({ content }) => typeof content === 'object' && content.some((child) => child.name === kind)).length;
  const counts = { failures: count('failure'), errors: count('error'), skipped: count('skipped') };
  return {
    name: 'testsuite',
    attributes: { name, tests: cases.length, ...counts, time: 0 },
    content: [
      ...(properties.length > 0 ? [{ name: 'properties', attributes: {}, content: properties }] : []),
      ...cases,
    ],
  };
}

/** A case at a line of a file; in `content` why it did not pass. */
export function testCase(file: string, name: string, line: number, content: readonly XmlElement[]): XmlElement {
  const classname = file.replace(/\.(?:ya?ml|json)$/i, '').replaceAll('/', '.');
  return { name: 'testcase', attributes: { classname, name, file, line, time: 0 }, content };
}

/** Writes an element as an XML document, indented, ended by a line feed. */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementLines(root, '').join('\n')}\n`;
}

function elementLines({ name, attributes, content }: XmlElement, indent: string): string[] {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  const start = `${indent}<${name}${pairs.join('')}`;
  if (content === undefined || content.length === 0) return [`${start}/>`];
  if (typeof content === 'string') return [`${start}>${escapeXml(content, true)}</${name}>`];
  return [`${start}>`, ...content.flatMap((child) => elementLines(child, `${indent}  `)), `${indent}</${name}>`];
}

/** What `safeText` escapes and XML allows: written as a number the text is the same. */
const UNSAFE =
  /[\x85\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** All that XML 1.0 does not allow as a character, and control characters that it only discourages. */
const NOT_XML =
  // oxlint-disable-next-line no-control-regex
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// White space but blanks is lost in an attribute where it is not written as a number; so is a carriage return anywhere.
function escapeXml(text: string, keepLines = false): string {
  const escaped = text.replace(NOT_XML, '').replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);
  const asNumber = (char: string): string => `&#${char.codePointAt(0)};`;
  return escaped.replace(keepLines ? /\r/g : /[\t\n\r]/g, asNumber).replace(UNSAFE, asNumber);
}
