import { nodeCrypto } from '../../crypto.ts';

/** A piece of HTML: what is in it is markup, and all text in it has been escaped. */
export interface Html {
  readonly html: string;
}

type Value = string | number | Html | readonly Html[];

/** Puts values into markup: text is escaped, HTML and lists of it are taken as they are. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: parts.map((part, at) => `${part}${at < values.length ? htmlOf(values[at] ?? '') : ''}`).join('') };
}

/** Markup that somebody else made, such as a picture. */
export function madeHtml(markup: string): Html {
  return { html: markup };
}

export const NOTHING: Html = { html: '' };

function htmlOf(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return 'html' in value ? value.html : value.map((each) => each.html).join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}

/** What a page is made of. */
interface PageParts {
  title: string;
  body: Html;
  /** Runs in the page when all of it is there; left out: nothing may run. */
  script?: string;
}

/**
 * A page that stands for itself: it loads nothing, sends nothing, runs nothing but its own script, and is read light, dark, on a phone
 * and on paper.
 */
export function page({ title, body, script }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';${runnable(script)} style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${body.html}
${script === undefined ? '' : `<script>${script}</script>\n`}</body>
</html>
`;
}

/** This script and no other: what stands in a log can run nothing, even if it came into the page as markup. */
function runnable(script: string | undefined): string {
  if (script === undefined) return '';
  return ` script-src 'sha256-${nodeCrypto().createHash('sha256').update(script).digest('base64')}';`;
}

/** Text has a contrast of 4.5 and more in both schemes, what pictures are made of 3 and more. */
const STYLE = `
:root { --paper: #fff; --ink: #1f2328; --dim: #59636e; --line: #d1d9e0; --soft: #f6f8fa; --link: #0550ae;
  --ok: #2f6f9f; --failed: #9a6700; --denied: #b42318; --one: #2f6f9f; --two: #9a6700; --three: #7d4cc2; --rest: #848d97; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e6e9ec; --dim: #9da7b1; --line: #3a424a; --soft: #1d2227;
  --link: #79b8ff; --ok: #6cb2e8; --failed: #e0b050; --denied: #ff8a80; --one: #6cb2e8; --two: #e0b050; --three: #c9a6f5; --rest: #77818b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 70rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.8rem; margin: 0 0 1rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 0.25rem; } h3 { font-size: 1rem; margin: 1.5rem 0 0.25rem; }
p { margin: 0.25rem 0; max-width: 46rem; } a { color: var(--link); } a:focus-visible, [tabindex]:focus-visible, summary:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; } .skip:focus { left: 1rem; top: 0.5rem; background: var(--paper); padding: 0.5rem; }
.dim { color: var(--dim); font-size: 0.9rem; } .figure { font-weight: 600; } .denied { color: var(--denied); font-weight: 600; }
.warn { border-left: 4px solid var(--failed); padding-left: 0.75rem; }
pre { white-space: pre-wrap; font: 0.85rem/1.45 ui-monospace, monospace; } code { font-family: ui-monospace, monospace; font-size: 0.9em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 0 0 1rem; } dt { font-weight: 600; } dd { margin: 0; }
.scroll { overflow-x: auto; margin: 0.75rem 0; } table { border-collapse: collapse; width: 100%; font-size: 0.9rem; overflow-wrap: break-word; }
caption { text-align: left; color: var(--dim); padding-bottom: 0.25rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; border-bottom: 1px solid var(--line); }
th { white-space: nowrap; vertical-align: bottom; } td { max-width: 24rem; } td.what { min-width: 16rem; } td.time, td.number { white-space: nowrap; } th.number { white-space: normal; } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1.5rem 0; } figcaption { font-weight: 600; margin-bottom: 0.25rem; } figure svg { display: block; width: 100%; height: auto; }
.key { display: inline-block; width: 0.8em; height: 0.8em; margin: 0 0.35em 0 1em; border: 1px solid var(--ink); }
.ok-key { background: var(--ok); } .failed-key { background: var(--failed); } .denied-key { background: var(--denied); }
.one-key { background: var(--one); } .two-key { background: var(--two); } .three-key { background: var(--three); } .rest-key { background: var(--rest); }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; } li { margin: 0.15rem 0; } summary { cursor: pointer; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: inherit; text-decoration: underline dotted; text-underline-offset: 0.2em; }
th button:focus-visible, input:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
th[aria-sort='ascending'] button::after { content: ' \\25B2' / ''; } th[aria-sort='descending'] button::after { content: ' \\25BC' / ''; }
.filter { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 0.75rem; margin: 1rem 0 -0.25rem; }
.filter input { font: inherit; color: var(--ink); background: var(--soft); border: 1px solid var(--dim); border-radius: 4px; padding: 0.2rem 0.5rem; width: 20rem; max-width: 100%; }
pre.lines { counter-reset: line var(--before, 0); white-space: pre; overflow-x: auto; } pre.lines span::before { counter-increment: line; content: counter(line) / ''; color: var(--dim);
  display: inline-block; width: 2.5rem; padding-right: 0.75rem; text-align: right; } pre.lines span:target { background: var(--soft); font-weight: 600; }
@media screen and (max-width: 34rem) { figure { overflow-x: auto; } figure svg { width: 40rem; } }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } }
@media print { :root { --paper: #fff; --ink: #000; --dim: #444; --line: #999; --link: #000; --ok: #2f6f9f; --failed: #9a6700; --denied: #b42318;
    --one: #2f6f9f; --two: #9a6700; --three: #7d4cc2; --rest: #848d97; }
  th button { text-decoration: none; } body { max-width: none; padding: 0; font-size: 10pt; } .skip, nav, .filter { display: none; } .scroll { overflow: visible; } h2, h3, caption { break-after: avoid; }
  tr, figure { break-inside: avoid; } table { font-size: 8pt; } th, td.time { white-space: normal; }
  td { min-width: 4.5rem; max-width: none; overflow-wrap: anywhere; } td.number { min-width: 2rem; } td.time { min-width: 5.5rem; } td.what { min-width: 9rem; } }
`;
