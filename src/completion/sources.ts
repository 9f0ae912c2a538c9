import type { ListedEntry } from '../change/journal/entry.ts';
import type { Context } from '../context.ts';
import type { Parameter } from '../policy/render/template.ts';
import { safeText } from '../report/text.ts';
import { type Declared, type Line, type Offered, type Offers, offersFor, offersText, type Sources } from './offer.ts';

/**
 * `__offer`: prints what may stand at the end of a line, for the scripts of `completion`. Gives 0 and says nothing else, whatever goes
 * wrong: somebody is in the middle of typing.
 */
export async function offer(
  typed: readonly string[],
  commands: readonly Declared[],
  context: Context,
): Promise<number> {
  const offers = await offersFor(typed, commands, sourcesOf(context)).catch((): Offers => ({ words: [] }));
  const safe = offers.words.filter(({ word }) => isPlain(word));
  await context.io.stdout(offersText({ ...offers, words: safe })).catch(() => {});
  return 0;
}

/** What a shell would read otherwise than it stands there is not offered, and not asked for. */
function isPlain(word: string): boolean {
  return !/[\s$`'"\\~;&|<>(){}*?!#]/.test(word) && safeText(word) === word;
}

function sourcesOf(context: Context): Sources {
  return {
    cluster: (line) => clusters(line, context),
    file: () => ({ words: [], also: 'files' }),
    folder: () => ({ words: [], also: 'folders' }),
    policy: async () => ({ words: await templates(), also: 'files' }),
    rule: rules,
    verb: verbs,
    resource: resources,
    part: parts,
    level: async () => ({ words: (await policyTypes()).LEVELS.slice(1).map((word) => ({ word })) }),
    stage: async () => ({ words: (await policyTypes()).STAGES.map((word) => ({ word })) }),
    change: (line) => changes(line, context),
    parameter: parameters,
    sink: sinks,
    act: acts,
    tool: tools,
  };
}

async function clusters(line: Line, context: Context): Promise<Offers> {
  const state = line.value('state');
  if (state !== undefined && !isPlain(state)) return { words: [] };
  const { clusterNames } = await import('./clusters.ts');
  return { words: (await clusterNames(state, context)).map((word) => ({ word })) };
}

async function templates(): Promise<Offered[]> {
  const { readTemplates, readTemplate } = await readers();
  return Object.entries(readTemplates()).map(([name, source]) => ({
    word: name,
    about: readTemplate(source, name).title,
  }));
}

async function sinks(): Promise<Offers> {
  const { SINKS } = await import('../ship/sinks.ts');
  return { words: SINKS.map(({ name, title }) => ({ word: name, about: title })) };
}

async function acts(): Promise<Offers> {
  const { ACTS } = await import('../events/who/asked.ts');
  return { words: ACTS.map(({ word, did }) => ({ word, about: `who ${did} it` })) };
}

/** What reads templates; somebody waits at each Tab, so nothing is loaded that the line does not need. */
async function readers() {
  const [input, template] = await Promise.all([
    import('../input/templates.ts'),
    import('../policy/render/template.ts'),
  ]);
  return { ...input, ...template };
}

async function tools(): Promise<Offers> {
  const { TOOLS } = await import('../tools/tools.ts');
  return { words: TOOLS.map(({ name, title }) => ({ word: name, about: title })) };
}

async function rules(): Promise<Offers> {
  const { allowableRules } = await import('../lint/judge.ts');
  return { words: allowableRules().map(({ id, why }) => ({ word: id, about: why })) };
}

async function verbs(): Promise<Offers> {
  const { SERVED_VERBS } = await import('../policy/api/verbs.ts');
  return { words: SERVED_VERBS.map((word) => ({ word })) };
}

/** Several stand with commas: the last one is being typed. */
async function parts({ current }: Line): Promise<Offers> {
  const { COUNTED_BY } = await import('../events/counting.ts');
  const before = current.slice(0, current.lastIndexOf(',') + 1);
  const left = COUNTED_BY.filter((each) => !before.split(',').includes(each));
  return { words: left.map((each) => ({ word: `${before}${each}` })) };
}

async function resources(): Promise<Offers> {
  const { apiResources } = await import('../policy/api/lookup.ts');
  const today = apiResources().filter(({ until }) => until === undefined);
  const names = today.flatMap(({ resource, subresources }) => [
    resource,
    ...subresources.map(({ name }) => `${resource}/${name}`),
  ]);
  return { words: [...new Set(names)].map((word) => ({ word })) };
}

function policyTypes() {
  return import('../policy/types.ts');
}

/** The recorded changes, newest first, of the cluster on the line where one is. */
async function changes(line: Line, { env, now }: Context): Promise<Offers> {
  const [{ openJournal }, { shortId }, { VERSION }] = await Promise.all([
    import('../change/journal/journal.ts'),
    import('../change/journal/ids.ts'),
    import('../version.ts'),
  ]);
  const dir = line.value('journal');
  const journal = openJournal({ env, now, toolVersion: VERSION, ...(dir === undefined ? {} : { dir }) });
  const cluster = line.value('cluster');
  const listed = (await journal.list()).filter((each) => cluster === undefined || clusterOf(each) === cluster);
  return { words: listed.map((each) => ({ word: shortId(each.id), about: changeText(each) })) };
}

function clusterOf(each: ListedEntry): string | undefined {
  return each.status === 'damaged' ? undefined : each.entry.subject.cluster;
}

function changeText(each: ListedEntry): string {
  if (each.status === 'damaged') return 'damaged';
  const { command, subject, time } = each.entry;
  return safeText(`${command} ${subject.type === 'file' ? subject.path : subject.cluster}, ${time.slice(0, 16)}`);
}

/** The parameters of the policy on the line; behind `name=` the values it can have. */
async function parameters(line: Line): Promise<Offers> {
  const known = await parametersOf(line.value('policy') ?? line.words.at(-1) ?? 'kops');
  const name = line.current.includes('=') ? line.current.slice(0, line.current.indexOf('=')) : undefined;
  if (name === undefined)
    return { words: known.map((each) => ({ word: `${each.name}=`, about: each.description })), isOpen: true };
  const values = known.find((each) => each.name === name)?.allowed ?? [];
  return { words: values.map((value) => ({ word: `${name}=${value}` })) };
}

async function parametersOf(policy: string): Promise<readonly Parameter[]> {
  const { isPolicyPath, readTemplates, readTemplate } = await readers();
  const source = isPolicyPath(policy) ? await textOf(policy) : readTemplates()[policy];
  return source === undefined ? [] : readTemplate(source, policy).parameters;
}

async function textOf(file: string): Promise<string> {
  const { readSpecFile } = await import('../input/read.ts');
  return (await readSpecFile(file)).text;
}
