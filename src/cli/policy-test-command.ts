import { type Command, Option } from 'commander';
import type { PolicyTestFlags } from '../commands/policy/test-flags.ts';
import type { Run } from './run.ts';

const EXAMPLES = `
Examples:
  kops-audit policy test audit.policy-test.yaml
  kops-audit policy test -v --coverage *.policy-test.yaml
  kops-audit policy test --min-coverage 100 -o junit *.policy-test.yaml

A test file:
  policy: ./audit-policy.yaml          # or a template: gce
  cases:
  - name: nobody reads a secret unseen
    request: get secrets/db -n prod --as alice --as-group dev
    expect: Metadata

The whole format, and how editors complete it: docs/test-a-policy.md.

Exit status:
  0    all cases passed
  1    a case failed, or a policy has less than the coverage asked for
  2    a file could not be run (outranks 1; the other files are run)`;

/** Declares `policy test` below `policy`. */
export function policyTestCommand(policy: Command, run: Run): void {
  policy
    .command('test')
    .summary('unit tests for an audit policy')
    .description('Runs test files (YAML): requests, and what an audit policy is to do with each.')
    .argument('[file...]', 'test files; - reads stdin')
    .addOption(new Option('--run <regexp>', 'only the cases whose name matches'))
    .addOption(new Option('--coverage', 'also tell which rules no case decides'))
    .addOption(new Option('--min-coverage <percent>', 'fail where a policy has fewer of its rules decided'))
    .addOption(new Option('-o, --output <format>', 'text, junit or json').default('text'))
    .addOption(new Option('-v, --verbose', 'list passed cases too, and explain failures in full'))
    .addOption(new Option('--schema', 'print the JSON Schema of a test file, for editors'))
    .addOption(new Option('--no-color', 'no colour'))
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], flags: PolicyTestFlags) => {
      const { policyTest } = await import('../commands/policy/test.ts');
      await run((context) => policyTest(files, flags, context));
    });
}
