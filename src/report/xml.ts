/** An XML element: text in it is escaped, and what XML 1.0 cannot hold is left out. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string | number>>;
  content?: readonly XmlElement[] | string;
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
