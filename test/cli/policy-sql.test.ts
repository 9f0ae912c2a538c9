import { describe, expect, it } from 'vitest';
import { runWarmCli } from '../helpers/warm-cli.ts';
import { expectShortError } from './short-error.ts';

const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: Metadata
  users: ["it's", "\\e[2J\\0"]
`;

function sql(args: readonly string[], input = ''): ReturnType<typeof runWarmCli> {
  return runWarmCli(['policy', 'sql', ...args], { env: {}, input });
}

describe('policy sql', () => {
  it('writes a policy from stdin as a query, with the lines that it has there', async () => {
    const { stdout, stderr, exitCode } = await sql(['--dialect', 'duckdb', '--policy', '-'], POLICY);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toMatch(/^-- The audit policy stdin as SQL of DuckDB\.\n/);
    expect(stdout).toContain("SELECT 1, 4, 'Metadata'");
    expect(stdout).toContain("WHEN user_ IN ('it''s', ('' || chr(27) || '[2J' || chr(0) || ''))");
  });

  it.each<[args: string, said: RegExp]>([
    ['--policy kops', /^error: no dialect is named hint: Say which database shall run it: --dialect duckdb, trino, /],
    ['--policy kops --dialect mysql', /^error: --dialect mysql is not known/],
    ['--dialect duckdb', /^error: no policy is named hint: Name a template or a file with --policy/],
    ['--dialect duckdb --policy kops -f cluster.yaml', /^error: --policy does not go with -f/],
    ['--dialect duckdb --set a=b -f cluster.yaml', /^error: --set does not go with -f/],
    ['--dialect trino --policy kops --files x.log', /^error: SQL of Trino and Athena reads tables, not files/],
    ['--dialect duckdb --policy kops --table a --from b', /^error: --table does not go with --from/],
    ['--dialect duckdb --policy kops --table a --files b', /^error: --table does not go with --files/],
    ['--dialect duckdb --policy kops --from a --files b', /^error: --from does not go with --files/],
    ['--dialect duckdb --policy kops --columns line=a --columns level=b', /^error: --columns is given twice/],
    ['--dialect duckdb --policy kops --columns line=a,line=b', /^error: --columns names two columns for line/],
    ['--dialect duckdb --policy kops --columns lines=a', /^error: --columns lines=a is not understood/],
    ['--dialect duckdb --policy kops --table a."b', /^error: --table a\."b: a quote is not closed/],
  ])('refuses %s', async (args, said) => {
    expectShortError(await sql(args.split(' ')), said);
  });
});
