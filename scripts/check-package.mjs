// What somebody gets who installs kops-audit: packs it, installs the archive in an empty folder and looks there. Exit 1 where the
// program does not run, more than six packages come along, or a licence of what is inside the program is missing.
//   npm run build && node scripts/check-package.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MOST_PACKAGES = 6;
const project = fileURLToPath(new URL('..', import.meta.url));
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'kops-audit-package-'));
const wrong = [];

try {
  const archive = pack();
  install(archive);
  checkPackages();
  checkLicences();
  checkProgram();
  checkLibrary();
} finally {
  rmSync(folder, { recursive: true });
}
for (const line of wrong) console.error(line);
if (wrong.length > 0) process.exitCode = 1;

function pack() {
  const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], project),
  );
  console.log(`archive: ${kib(size)}, ${kib(unpackedSize)} unpacked, ${entryCount} files`);
  return join(folder, filename);
}

function install(archive) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', archive], folder);
}

function checkPackages() {
  const { packages } = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  const names = Object.keys(packages).map((path) => path.replace('node_modules/', ''));
  console.log(`installed: ${names.join(', ')} (${kib(sizeOf(join(folder, 'node_modules')))})`);
  if (names.length > MOST_PACKAGES)
    wrong.push(`${names.length} packages are installed; at most ${MOST_PACKAGES} may be`);
}

// What the program bundles is told by the build; that it tells all of it, by the names that we know are inside.
function checkLicences() {
  const text = readFileSync(join(folder, 'node_modules/kops-audit/dist/THIRD-PARTY-LICENSES'), 'utf8');
  const told = [...text.matchAll(/^(\S+) \d+\.\d+\.\d\S* \((\S+)\)$/gm)].map(([, name]) => name);
  const bundled = ['commander', 'diff', 'execa', 'inquirer'].filter((name) => name in devDependencies);
  console.log(`licences: ${told.length} packages`);
  for (const name of [...bundled, ...Object.keys(dependencies)])
    if (!told.includes(name)) wrong.push(`THIRD-PARTY-LICENSES does not name ${name}`);
}

function checkProgram() {
  const program = join(folder, 'node_modules/.bin/kops-audit');
  const version = run(program, ['--version'], folder).trim();
  const demo = run(program, ['demo'], folder);
  console.log(`program: ${version}; demo prints ${demo.split('\n').length} lines`);
  if (!/^\d+\.\d+\.\d+$/.test(version)) wrong.push(`--version prints ${version}`);
  if (!/audit/.test(demo)) wrong.push('demo prints nothing of an audit policy');
}

function checkLibrary() {
  const script = "import('kops-audit').then((all) => console.log(Object.keys(all).length))";
  console.log(`library: ${run(process.execPath, ['-e', script], folder).trim()} exports`);
}

function run(program, args, cwd) {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function sizeOf(path) {
  const { size } = statSync(path);
  if (!statSync(path).isDirectory()) return size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(0)} KiB`;
}
