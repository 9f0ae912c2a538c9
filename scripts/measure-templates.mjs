// Measures what each template keeps of the two genuine audit logs and writes the numbers into its head.
//   node scripts/measure-templates.mjs           writes
//   node scripts/measure-templates.mjs --check   exits 1 where a number is not true
// Needs a build (npm run build).
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { renderPolicy, shareOf } from '../dist/index.mjs';

const NAMES = ['metadata', 'gce', 'kops'];
const LOGS = {
  'API traffic': 'audit-requestresponse.log.gz',
  'API traffic with controllers': 'audit-controllers.log.gz',
};

const check = process.argv.includes('--check');
const sources = Object.fromEntries(NAMES.map((name) => [name, readFileSync(templateUrl(name), 'utf8')]));
const policies = Object.fromEntries(
  NAMES.map((name) => [name, renderPolicy(sources[name], { name, toolVersion: '0.0.0' }).policy]),
);
const logs = Object.entries(LOGS).map(([log, file]) => ({ log, lines: readLines(file) }));

for (const name of NAMES) {
  const lines = logs.map((log) => shareLine(shareOf(policies[name], policies.metadata, log.log, log.lines)));
  const before = sources[name];
  const after = withShares(before, lines);
  console.log([name, ...lines.map((line) => `  ${line.slice(2)}`)].join('\n'));
  if (after === before) continue;
  if (check) process.exitCode = 1;
  else writeFileSync(templateUrl(name), after);
  console.log(check ? '  the head says otherwise' : '  written');
}

// `readTemplate` reads it.
function shareLine({ log, events, bytes }) {
  return `# Keeps of ${log}: ${events.toFixed(1)} % of events, ${bytes.toFixed(1)} % of bytes`;
}

function templateUrl(name) {
  return new URL(`../templates/policies/${name}.yaml`, import.meta.url);
}

function readLines(file) {
  return gunzipSync(readFileSync(new URL(`../test/samples/${file}`, import.meta.url)))
    .toString('utf8')
    .split('\n');
}

// The lines stand one below the other in the head.
function withShares(source, lines) {
  if (!/^(# Keeps of .*\n)+/m.test(source)) throw new Error('the head has no line "# Keeps of …"');
  return source.replace(/^(# Keeps of .*\n)+/m, `${lines.join('\n')}\n`);
}
