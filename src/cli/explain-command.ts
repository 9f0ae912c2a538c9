import { type Command, Option } from 'commander';
import type { ExplainFlags } from '../commands/policy/explain-flags.ts';
import { collect, once } from './options.ts';
import type { Run } from './run.ts';

const EXAMPLES = `
Examples:
  kops-audit policy explain delete secrets/db -n prod --as alice
  kops-audit policy explain get pods/web --subresource log --policy kops
  kops-audit policy explain list deployments.apps -A --cluster NAME
  kops-audit policy explain get /healthz --as system:anonymous -f cluster.yaml
  kops-audit policy explain --requests audit.log --policy ./mine.yaml

VERB is what the API server sees, not the kubectl command: a kubectl get without
a name is list, kubectl exec is get or create of pods with --subresource exec.
TYPE may be a short name (po, deploy), TYPE.GROUP or TYPE.VERSION.GROUP; custom
resources are written TYPE.GROUP. TYPE/log, TYPE/exec and such are subresources.

--as names who sends the request. It is not impersonation: of a request that
impersonates the policy sees the real user, so name that one. Groups such as
system:authenticated are added as the API server adds them.

Exit status: 0 for an answer, None included; 2 where there is none; 4 where kops
fails. With --requests: 2 if a line could not be read, the others are answered.`;

/** Declares `policy explain`. */
export function explainCommand(policy: Command, run: Run): void {
  const command = policy
    .command('explain')
    .summary('which rule decides a request, and why')
    .description('Which rule of a policy decides a request, what is recorded, and why no other rule decides.')
    .usage('[options] VERB TYPE[/NAME] | VERB /PATH')
    .argument('[verb]', 'get, list, watch, create, update, patch, delete, deletecollection')
    .argument('[type|path]', 'a resource such as pods or deploy/web, or a path such as /healthz')
    .argument('[name]', 'the name of the object');
  const add = (group: string, options: Option[]): void => {
    command.optionsGroup(group);
    for (const option of options) command.addOption(option);
  };
  add('Request:', [
    new Option('-n, --namespace <name>', 'default: default'),
    new Option('-A, --all-namespaces', 'a list or watch of all namespaces'),
    new Option('--name <name>', 'the name of the object'),
    new Option('--subresource <name>', 'such as log, exec, status, scale'),
    new Option('--as <user>', 'who sends it; default: someone'),
    new Option('--as-group <group>', 'a group of that user; repeat it for more').argParser(collect).default([], 'none'),
    new Option('--unauthenticated', 'it fails to authenticate (401): there is no user'),
    new Option('--requests <file>', 'requests or audit events as JSON lines, one answer each; - is stdin'),
  ]);
  add('Policy:', [
    new Option('--policy <name|file>', 'a template, a file, or - for stdin; default: gce'),
    new Option('--set <key=value>', 'a parameter of the policy; repeat it').argParser(collect).default([], 'none'),
    new Option('--cluster <name>', 'the policy in this cluster (read with kops), or in this cluster of FILE').argParser(
      once,
    ),
    new Option('--state <url>', 'the state store, handed to kops'),
    new Option('-f, --file <file>', 'the policy in a cluster spec; - is stdin'),
    new Option('--kubernetes-version <version>', 'judge by this release; default: the newest, or that of the cluster'),
  ]);
  add('Output:', [
    new Option('-o, --output <format>', 'text or json').default('text'),
    new Option('-v, --verbose', 'each earlier rule on its own, and each kops command'),
    new Option('--no-color', 'no colour'),
  ]);
  command.addHelpText('after', EXAMPLES);
  command.action(
    async (verb: string | undefined, target: string | undefined, name: string | undefined, flags: ExplainFlags) => {
      const { policyExplain } = await import('../commands/policy/explain.ts');
      const args = [verb, target, name].filter((word) => word !== undefined);
      await run((context) => policyExplain(args, flags, context));
    },
  );
}
