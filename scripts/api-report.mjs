// Writes test/library/api.txt: what the library exports, with signatures, from `dist/index.d.mts` (after `npm run build`). What
// exports name without being importable themselves comes last. A change of the surface is thus seen as a change of that file.
//   node scripts/api-report.mjs           writes
//   node scripts/api-report.mjs --check   prints the lines that differ, and exits 1 where there are any
import { readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const DECLARATIONS = new URL('../dist/index.d.mts', import.meta.url);
const REPORT = new URL('../test/library/api.txt', import.meta.url);
const HEAD = '# What the library exports. Made by scripts/api-report.mjs; do not edit by hand.\n';

const printer = ts.createPrinter({ removeComments: true });
const report = reportOf(readFileSync(DECLARATIONS, 'utf8'));
if (process.argv.includes('--check')) check(readFileSync(REPORT, 'utf8'), report);
else writeFileSync(REPORT, report);

function reportOf(text) {
  const source = ts.createSourceFile('index.d.mts', text, ts.ScriptTarget.Latest, true);
  const exported = exportsOf(source);
  const declarations = source.statements.flatMap((statement) => declarationsOf(statement, exported));
  const parts = [
    ['functions, classes and constants', ({ isExported, isType }) => isExported && !isType],
    ['types', ({ isExported, isType }) => isExported && isType],
    ['named above, but not importable', ({ isExported }) => !isExported],
  ];
  return [HEAD, ...parts.map(([title, belongs]) => partText(title, declarations.filter(belongs)))].join('\n');
}

function partText(title, declarations) {
  const sorted = declarations.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return `## ${title}\n\n${sorted.map(({ text }) => `${text}\n`).join('\n')}`;
}

/** By the name inside of the file, the name outside. */
function exportsOf(source) {
  const lists = source.statements.filter((statement) => ts.isExportDeclaration(statement) && statement.exportClause);
  const names = lists.flatMap(({ exportClause }) => exportClause.elements);
  return new Map(names.map(({ name, propertyName }) => [(propertyName ?? name).text, name.text]));
}

function declarationsOf(statement, exported) {
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return [];
  const [declared = statement] = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [];
  const inside = declared.name.text;
  const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  const isExported = exported.has(inside);
  const name = exported.get(inside) ?? inside;
  const printed = printer.printNode(ts.EmitHint.Unspecified, statement, statement.getSourceFile());
  const plain = printed
    .replace(/^declare /, '')
    .replace(/ = "[^"]*";$/, ': string;')
    .replace(new RegExp(`\\b${inside}\\b`), name);
  const isDocumented = ts.getJSDocCommentsAndTags(statement).length > 0;
  return [{ name, isType, isExported, text: isExported && !isDocumented ? `// undocumented\n${plain}` : plain }];
}

function check(before, after) {
  const [old, now] = [before, after].map((text) => text.split('\n'));
  const gone = old.filter((line) => !now.includes(line)).map((line) => `- ${line}`);
  const added = now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`);
  if (before === after) return;
  console.log([...gone, ...added].join('\n') || 'the lines are in another order');
  console.log('\nWhere the change is meant: node scripts/api-report.mjs, and a line in CHANGELOG.md');
  process.exitCode = 1;
}
