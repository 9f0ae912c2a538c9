import type { ParsedPreview, PreviewAction, PreviewChange } from './types.ts';

/** The headings of kOps' report (`upup/pkg/fi/dryrun_target.go`, releases 1.19 to 1.36; "Will delete items" before `--prune` came). */
const HEADINGS: Readonly<Record<string, PreviewAction>> = {
  'Will create resources:': 'create',
  'Will modify resources:': 'modify',
  'Will delete items:': 'delete',
  'Items will be deleted during update:': 'delete',
  'Items will be deleted only when the --prune flag is specified:': 'delete',
};

/** The last line of a preview (`cmd/kops/update_cluster.go`, releases 1.19 to 1.36). */
const PENDING = 'Must specify --yes to apply changes';
const NOTHING = 'No changes need to be applied';

const RESOURCE = /^ {2}([A-Z]\w*)\/(\S.*)$/;
const DELETION = /^ {2}(\S+) +(\S.*)$/;
const FIELD = /^ {2}\t/;
const INCONSISTENT = /^ {3}(internal consistency error!$| (actual|expect|change): )/;

interface Reader {
  changes: PreviewChange[];
  /** The section we are in; undefined in the banners before the first. */
  section: PreviewAction | undefined;
  /** The resource whose fields may follow. */
  current: PreviewChange | undefined;
}

/**
 * Takes the stdout of `kops update cluster` without `--yes`, free of control characters; gives the resources it names.
 * Banners come first and are passed over. A line of no known form becomes a change `unknown`, and the preview is not understood:
 * a file's own text can look like anything, so nothing is guessed. Errors: none.
 */
export function parsePreview(stdout: string): ParsedPreview {
  const lines = stdout.split('\n').map((line) => line.replace(/\r$/, ''));
  const last = lines.findLastIndex((line) => line.trim() !== '');
  const verdict = lines[last] ?? '';
  const hasVerdict = verdict === PENDING || verdict === NOTHING;
  const changes = readChanges(hasVerdict ? lines.slice(0, last) : lines);
  const fits = verdict === PENDING ? changes.length > 0 : verdict === NOTHING && changes.length === 0;
  const understood = fits && changes.every(({ action }) => action !== 'unknown');
  return { upToDate: verdict === NOTHING && changes.length === 0, understood, changes };
}

function readChanges(lines: string[]): PreviewChange[] {
  const reader: Reader = { changes: [], section: undefined, current: undefined };
  for (const line of lines) readLine(reader, line);
  return reader.changes;
}

function readLine(reader: Reader, line: string): void {
  const section = Object.hasOwn(HEADINGS, line) ? HEADINGS[line] : undefined;
  if (section !== undefined) {
    reader.section = section;
    reader.current = undefined;
  } else if (line.trim() === '' && !FIELD.test(line)) {
    reader.current = undefined;
  } else if (reader.section === undefined) {
    readBanner(reader, line);
  } else {
    readBody(reader, reader.section, line);
  }
}

/** A heading or a resource we do not know must not pass for a banner. */
function readBanner(reader: Reader, line: string): void {
  const looksLikeReport = RESOURCE.test(line) || FIELD.test(line) || /^(Will|Items) .*:$/.test(line);
  if (looksLikeReport || line === PENDING || line === NOTHING) addUnknown(reader, line);
}

function readBody(reader: Reader, action: PreviewAction, line: string): void {
  const match = (action === 'delete' ? DELETION : RESOURCE).exec(line);
  if (match) {
    reader.current = { action, kind: match[1] ?? '', name: (match[2] ?? '').trim(), text: line };
    reader.changes.push(reader.current);
  } else if (reader.current !== undefined && (FIELD.test(line) || INCONSISTENT.test(line))) {
    reader.current.text += `\n${line}`;
  } else {
    addUnknown(reader, line);
  }
}

function addUnknown(reader: Reader, line: string): void {
  reader.changes.push({ action: 'unknown', kind: '', name: '', text: line });
}
