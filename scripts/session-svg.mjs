// Records a session of the built program on a terminal, and draws the picture of it at the top of README.md, for light and for dark pages:
//   npm run build && node scripts/session-svg.mjs   writes docs/pictures/; --check exits 1 where something there is not so now
// The recording is a text file with the colours in it: `cat docs/pictures/enable.txt` shows it.
import { spawn } from '@lydell/node-pty';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));
const COMMAND = ['enable', '-f', 'cluster.yaml'];
const COLUMNS = 80;
// No line scrolls off, so the picture is of all that was shown.
const ROWS = 500;
// inquirer ends each drawing of a question by putting the cursor where the answer is typed.
const ASKS = /Write this to .*\u001b\[\d+G$/s;

const PALETTES = {
  light: {
    page: '#ffffff',
    edge: '#d1d9e0',
    text: '#1f2328',
    dim: '#59636e',
    colours: ['#24292f', '#cf222e', '#116329', '#7d4e00', '#0550ae', '#8250df', '#1b7c83', '#59636e'],
  },
  dark: {
    page: '#0d1117',
    edge: '#3d444d',
    text: '#e6edf3',
    dim: '#9198a1',
    colours: ['#6e7681', '#ff7b72', '#7ee787', '#d29922', '#79c0ff', '#d2a8ff', '#76e3ea', '#b1bac4'],
  },
};

const PLAIN = { isBold: false, isDim: false, colour: null };

const CELL = { width: 8.4, height: 19 };
const SPACE = 16;
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace";

const recording = `\u001b[1m$ kops-audit ${COMMAND.join(' ')}\u001b[22m\n${asText(screenOf(await record()))}`;
const files = { 'enable.txt': recording };
for (const [name, palette] of Object.entries(PALETTES))
  files[`enable-${name}.svg`] = svgOf(screenOf(recording), palette);
for (const [name, text] of Object.entries(files)) keep(`docs/pictures/${name}`, text);

function keep(name, text) {
  const file = join(project, name);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (before === text) return;
  if (!process.argv.includes('--check')) return writeFileSync(file, text);
  const [was, is] = [before.split('\n'), text.split('\n')];
  const at = is.findIndex((line, number) => line !== was[number]);
  console.log(`${name}:${at + 1} is not so now (node scripts/session-svg.mjs writes it anew)`);
  console.log(`- ${JSON.stringify(was[at])}\n+ ${JSON.stringify(is[at])}`);
  process.exitCode = 1;
}

/** All that comes to the terminal while the change is shown, asked for, accepted and made, in a folder with the example spec. */
function record() {
  const folder = mkdtempSync(join(tmpdir(), 'kops-audit-session-'));
  copyFileSync(join(project, 'templates/examples/ha-cluster.yaml'), join(folder, 'cluster.yaml'));
  const env = { TERM: 'xterm-256color', LANG: 'C.UTF-8', PATH: folder, HOME: folder };
  const size = { cols: COLUMNS, rows: ROWS };
  const pty = spawn(process.execPath, [join(project, 'dist/cli.cjs'), ...COMMAND], { ...size, env, cwd: folder });
  return new Promise((resolve, reject) => {
    let raw = '';
    let isAnswered = false;
    const timer = setTimeout(() => pty.kill(), 60_000);
    pty.onData((data) => {
      raw += data;
      if (isAnswered || !ASKS.test(raw)) return;
      isAnswered = true;
      pty.write('y\r');
    });
    pty.onExit(({ exitCode }) => {
      clearTimeout(timer);
      rmSync(folder, { recursive: true });
      if (exitCode === 0 && isAnswered) resolve(raw);
      else reject(new Error(`the session ended with ${exitCode}, asked: ${isAnswered}\n${raw}`));
    });
  });
}

/** What a terminal shows after some output: lines of cells, each a character and how it looks. */
function screenOf(raw) {
  const lines = [[]];
  const at = { row: 0, column: 0 };
  let look = PLAIN;
  const line = () => (lines[at.row] ??= []);
  const put = (char) => {
    if (at.column >= COLUMNS) Object.assign(at, { row: at.row + 1, column: 0 });
    while (line().length < at.column) line().push({ char: ' ', ...PLAIN });
    line()[at.column++] = { char, ...look };
  };
  const acts = {
    A: (count) => (at.row = Math.max(0, at.row - count)),
    B: (count) => (at.row += count),
    C: (count) => (at.column += count),
    D: (count) => (at.column = Math.max(0, at.column - count)),
    G: (count) => (at.column = count - 1),
    J: () => lines.splice(at.row + 1) && line().splice(at.column),
    K: (_count, parameter) => line().splice(parameter === '2' ? 0 : at.column),
    m: (_count, parameter) => (look = parameter.split(';').reduce(changed, look)),
    h: () => {},
    l: () => {},
    '\r': () => (at.column = 0),
    '\n': () => Object.assign(at, { row: at.row + 1, column: 0 }) && line(),
  };
  for (const [piece, parameter, final] of raw.matchAll(/\u001b\[([?\d;]*)([A-Za-z])|\u001b|[^\u001b]/gu)) {
    const act = final ? acts[final] : acts[piece.replace(/[^\r\n]/u, '')];
    if (act) act(Number.parseInt(parameter, 10) || 1, parameter);
    else if (piece < ' ') throw new Error(`what is ${JSON.stringify(piece)}?`);
    else put(piece);
  }
  while (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

/** How text looks after one more number of a `\u001b[…m`. */
function changed(look, number) {
  const code = Number(number);
  if (code === 0) return PLAIN;
  if (code === 1) return { ...look, isBold: true };
  if (code === 2) return { ...look, isDim: true };
  if (code === 22) return { ...look, isBold: false, isDim: false };
  if (code === 39) return { ...look, colour: null };
  if (code >= 30 && code <= 37) return { ...look, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, colour: code - 90 };
  throw new Error(`no picture has the look ${number} yet`);
}

/** The parts of a line that look alike, with the column where each begins. */
function partsOf(cells) {
  const parts = [];
  for (const [column, { char, isBold, isDim, colour }] of cells.entries()) {
    const last = parts.at(-1);
    if (last?.isBold === isBold && last.isDim === isDim && last.colour === colour) last.text += char;
    else parts.push({ column, text: char, isBold, isDim, colour });
  }
  return parts;
}

function asText(lines) {
  const part = ({ text, isBold, isDim, colour }) => {
    const codes = [isBold && 1, isDim && 2, colour !== null && 30 + colour].filter(Boolean);
    return codes.length === 0 ? text : `\u001b[${codes.join(';')}m${text}\u001b[0m`;
  };
  return lines.map((cells) => `${partsOf(cells).map(part).join('').trimEnd()}\n`).join('');
}

/** Each part is as wide as its cells, whatever font there is. */
function svgOf(lines, { page, edge, text, dim, colours }) {
  const [width, height] = [COLUMNS * CELL.width + 2 * SPACE, lines.length * CELL.height + 2 * SPACE].map(Math.ceil);
  const drawn = ({ column, text: whole, isBold, isDim, colour }, row) => {
    const shown = whole.trim();
    if (shown === '') return [];
    const x = (SPACE + (column + whole.length - whole.trimStart().length) * CELL.width).toFixed(1);
    const y = SPACE + (row + 0.75) * CELL.height;
    const fill = colour === null ? (isDim ? ` fill="${dim}"` : '') : ` fill="${colours[colour]}"`;
    const weight = isBold ? ' font-weight="700"' : '';
    const length = ([...shown].length * CELL.width).toFixed(1);
    return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${fill}${weight}>${escaped(shown)}</text>`;
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>kops-audit ${COMMAND.join(' ')}, in a terminal</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${page}" stroke="${edge}"/>`,
    `<g font-family="${FONT}" font-size="14" fill="${text}" xml:space="preserve">`,
    ...lines.flatMap((cells, row) => partsOf(cells).flatMap((part) => drawn(part, row))),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
