import { describe, expect, it } from 'vitest';

import type { Journal } from '../../src/change/journal/entry.ts';
import type { Ports } from '../../src/change/ports.ts';
import type { ChangeRequest } from '../../src/change/request.ts';
import { runChange } from '../../src/change/run.ts';
import type { Stored, Target } from '../../src/change/target.ts';
import type { SpecChange } from '../../src/cluster/spec-change.ts';
import { UserError } from '../../src/errors.ts';
import type { Finding } from '../../src/lint/rule.ts';
import { cluster } from '../helpers/cluster.ts';

const NOW = cluster();

interface Options {
  request?: Partial<ChangeRequest>;
  target?: Partial<Target>;
  /** Whether the plan changes something. */
  changes?: boolean;
  blocks?: boolean;
  answer?: boolean;
  stored?: Stored;
}

/** Runs a change of a target in memory; gives the stations it passed, in order, and how it ended. */
async function passed(options: Options): Promise<{ stations: string[]; ended: unknown }> {
  const stations: string[] = [];
  const at = <T>(station: string, value: T): T => (stations.push(station), value);
  const operations = options.changes === false ? [] : [{ op: 'add', path: '/spec/x', value: 1 }];
  const plan = { command: 'enable', cluster: 'm', before: NOW, after: NOW, operations } as unknown as SpecChange;
  const blocking = options.blocks ? [{ severity: 'error' } as Finding] : [];
  const target: Target = {
    place: 'file',
    subject: { type: 'file', path: '/m.yaml', cluster: 'm' },
    savedAs: { type: 'file', path: 'm.yaml', cluster: 'm' },
    read: async () => at('read', { cluster: NOW, groups: [], kopsVersion: null }),
    planning: (_, work) => work(),
    edit: () => null,
    gates: () => at('gates', blocking),
    checkWritable: async () => at('check', undefined),
    asks: () => true,
    question: { text: 'Write it?', about: 'spec', yes: 'It is written.', no: 'It is not.' },
    busy: null,
    hasWork: ({ operations: { length } }) => length > 0,
    record: () => ({ before: 'x' }),
    write: async () => at('write', async () => at('read back', options.stored ?? { state: 'new' })),
    onceStored: 'spec-written',
    follow: async ({ stored }) =>
      at(`follow ${stored?.state ?? 'nothing'}`, {
        exitCode: 0,
        spec: 'new',
        updated: false,
        rolled: false,
        message: '',
        next: [],
      }),
    ...options.target,
  };
  const journal = {
    lock: async () => at('lock', { release: async () => at('release', undefined) }),
    list: async () => at('earlier', []),
    begin: async () => at('record', { id: '1', file: '/1', finish: async (outcome: string) => at(outcome, undefined) }),
  } as unknown as Journal;
  const ports = {
    journal,
    interrupt: new AbortController().signal,
    env: {},
    now: () => new Date(0),
    talk: {
      show: async () => at('show', undefined),
      refusal: () => new UserError('refused'),
      refuseUnanswerable: () => at('askable', undefined),
      confirm: async () => at('confirm', options.answer ?? true),
    },
  } as unknown as Ports;
  const request: ChangeRequest = {
    prepare: () => at('plan', { plan, blocking: [], others: [] }),
    yes: false,
    dryRun: false,
    exitCode: false,
    ...options.request,
  };
  const ended = await runChange(target, request, ports).catch((error: unknown) => error);
  return { stations, ended };
}

const LOOKED = ['read', 'earlier', 'plan', 'gates', 'show'];

describe('every change', () => {
  it('goes one way: read, plan, gates, show, confirm, record, write, read back, follow', async () => {
    const { stations, ended } = await passed({});
    const asked = ['check', 'askable', 'confirm'];
    const written = ['record', 'write', 'read back', 'spec-written', 'follow new'];
    expect(stations).toEqual(['lock', ...LOOKED, ...asked, ...written, 'release']);
    expect(ended).toMatchObject({ exitCode: 0, spec: 'new' });
  });

  it('is not asked for where it is answered beforehand', async () => {
    const { stations } = await passed({ request: { yes: true } });
    expect(stations).not.toContain('askable');
    expect(stations).not.toContain('confirm');
    expect(stations).toContain('write');
  });

  it('stops before the confirm on a dry run, which needs no lock', async () => {
    const { stations, ended } = await passed({ request: { dryRun: true, exitCode: true } });
    expect(stations).toEqual(LOOKED);
    expect(ended).toMatchObject({ exitCode: 1, spec: 'unchanged' });
  });

  it('is refused where a finding blocks it, once it was shown', async () => {
    const { stations, ended } = await passed({ blocks: true });
    expect(stations).toEqual(['lock', ...LOOKED, 'release']);
    expect(ended).toEqual(new UserError('refused'));
  });

  it('is recorded and written only after a yes', async () => {
    const { stations, ended } = await passed({ answer: false });
    expect(stations.slice(-2)).toEqual(['confirm', 'release']);
    expect(ended).toMatchObject({ name: 'AbortError', message: 'Declined. Nothing was written.' });
  });

  it('is not written where there is nothing to do; what is left is done all the same', async () => {
    const { stations } = await passed({ changes: false });
    expect(stations).toEqual(['lock', ...LOOKED, 'askable', 'follow nothing', 'release']);
  });

  it.each<[string, Stored, string[]]>([
    ['the old one', { state: 'old', error: new UserError('no room'), certain: true }, ['not-written']],
    ['the old one, as far as can be told', { state: 'old', error: new UserError('no room'), certain: false }, []],
    ['another one', { state: 'different', message: 'x' }, ['failed', 'follow different']],
    ['nobody knows what', { state: 'unknown', message: 'x' }, ['follow unknown']],
  ])('tells the journal what it knows where it reads back as %s', async (_, stored, after) => {
    const { stations, ended } = await passed({ stored });
    expect(stations.slice(stations.indexOf('read back') + 1)).toEqual([...after, 'release']);
    if (stored.state === 'old') expect(ended).toEqual(new UserError('no room'));
    else expect(ended).toMatchObject({ exitCode: 0 });
  });

  it('of what is not kept takes no lock and leaves no record', async () => {
    const { stations } = await passed({ target: { subject: null, question: null, asks: () => false } });
    expect(stations).toEqual(['read', 'plan', 'gates', 'show', 'check', 'write', 'read back', 'follow new']);
  });
});
