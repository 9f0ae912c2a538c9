import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../src/events/event.ts';
import { LogTally } from '../../../src/events/tally.ts';
import { happenedIn } from '../../../src/events/who/answer.ts';
import { readAsked } from '../../../src/events/who/asked.ts';
import { collector } from '../../../src/events/who/collect.ts';
import { recordedBy } from '../../../src/events/who/recorded.ts';
import type { Policy } from '../../../src/policy/types.ts';
import { plainStyle } from '../../../src/report/text.ts';
import { answerJson } from '../../../src/report/who/json.ts';
import type { Answer } from '../../../src/report/who/parts.ts';
import { answerView } from '../../../src/report/who/view.ts';
import { eventOf, type Given } from '../../events/questions/events.ts';

function answerOf(question: string, given: readonly Given[], policy?: Policy): Answer {
  const [word = '', target = '', , namespace] = question.split(' ');
  const asked = readAsked(word, target, namespace, () => {});
  const found = collector(asked);
  const tally = new LogTally();
  const events: LoggedEvent[] = given.map((each, second) => eventOf({ second, ...each }));
  for (const event of events) {
    tally.event(event);
    if (found.takes(event)) found.add(event);
  }
  const collected = found.end();
  const recorded = policy ? { policy: 'mine.yaml', requests: recordedBy(policy, asked) } : null;
  return { asked, collected, happened: happenedIn(asked, collected), tally, recorded, inTime: null };
}

function view(question: string, given: readonly Given[], policy?: Policy, columns = 80): string {
  const options = { columns, lineColumns: columns, isUtc: true, hasServers: false, isAll: false, isRevealed: false };
  return answerView(answerOf(question, given, policy), { style: plainStyle, ...options });
}

describe('answerView', () => {
  it('tells who acted as whom, from where, and by what right', () => {
    const annotations = {
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': 'RBAC: allowed by RoleBinding "dev/shop" of ClusterRole "edit" to Group "dev"',
    };
    const given = { verb: 'delete', as: 'admin', impersonatedUser: { username: 'alice' }, annotations };
    expect(view('delete pods/web-1 -n shop', [given])).toBe(
      `admin, acting as alice, deleted pods/web-1 in shop on 2026-01-02 at 03:04:00Z.
  From 10.0.0.9 with kubectl/v1.36.3.
  Allowed by RoleBinding "dev/shop" of ClusterRole "edit" to Group "dev".
`,
    );
  });

  it('says where nobody did it how much of the log is in the time that was asked for', () => {
    const answer = answerOf('delete pods/web-1 -n shop', [{}, {}]);
    const options = { columns: 80, lineColumns: 80, isUtc: true, hasServers: false, isAll: false, isRevealed: false };
    const said = (inTime: number | null): string =>
      answerView({ ...answer, inTime }, { style: plainStyle, ...options }).replaceAll(/\s+/g, ' ');
    expect(said(null)).toMatch(/at 03:04:01Z\. It was there .* There are 2 requests for pods in shop in it\./);
    expect(said(2)).toMatch(
      / 2 of them are in the time that was asked for\. .* 2 requests for pods in shop in that time\./,
    );
    expect(said(0)).toMatch(/None of them are in the time that was asked for\.(?!.*requests for)/);
  });

  it('does not say of who listed that one of the list was read, and tells first who surely did', () => {
    const list: Given = { verb: 'list', on: ':shop:secrets', as: 'bob' };
    expect(view('read secrets/db -n shop', [list])).toMatch(
      /^bob sent `list secrets -n shop` on 2026-01-02 at 03:04:00Z, which shows\s+secrets\/db if it is there\.\n/,
    );
    expect(answerJson(answerOf('read secrets/db -n shop', [list]), false)).toMatchObject({ certain: false });
    const both: Given[] = [{ on: ':shop:secrets/db' }, list];
    expect(view('read secrets/db -n shop', both)).toMatch(/^alice read secrets\/db in shop on /);
    expect(answerJson(answerOf('read secrets/db -n shop', both), false)).toMatchObject({ certain: true });
  });

  it('says what is a guess, and below which request why', () => {
    const text = view('delete pods/web-5d-x1 -n shop', [
      { verb: 'delete', on: 'apps:shop:replicasets/web-5d', as: 'bob' },
      { verb: 'delete', on: ':shop:pods/web-5d-x1', as: 'system:serviceaccount:kube-system:generic-garbage-collector' },
    ]);
    expect(text).toMatch(/^bob deleted replicasets\.apps\/web-5d, and with it\n?[^]* That is a\s+guess: see below\./);
    expect(text).toMatch(/delete replicasets\S*\/web-5d -n shop\n {4}a guess, by its name and the time\n/);
  });

  it('tells why a controller did it where nothing led to it', () => {
    const text = view('delete pods/web-1 -n shop', [{ verb: 'delete', as: 'system:kube-scheduler' }]);
    expect(text).toContain('The scheduler deletes pods to make room for one of a higher priority.');
    expect(text).toContain('What made it do so is not in this log.');
  });

  it('is honest about nobody: the span, what was seen, and that the policy is not known', () => {
    expect(view('delete pods/web-1 -n shop', [{}, { code: 404 }])).toBe(
      `Nobody deleted pods/web-1 in shop, as far as this log tells.
  The log has 2 events, from 2026-01-02 at 03:04:00Z to 2026-01-02 at 03:04:01Z.
  It was there on 2026-01-02 at 03:04:00Z (alice: get pods/web-1 -n shop).
  It was not there on 2026-01-02 at 03:04:01Z: alice got 404 not found.
  There are 2 requests for pods in shop in it.

What the policy did not record is not in the log, and which policy that was is
not known here.
Fix: add --recorded-with POLICY, or -f CLUSTER-SPEC.
`,
    );
  });

  it('says what the policy would not have recorded, and of whom', () => {
    const policy: Policy = {
      rules: [
        { level: 'None', userGroups: ['system:nodes'] },
        { level: 'None', verbs: ['deletecollection'] },
        { level: 'Metadata' },
      ],
    };
    expect(view('delete pods/web-1 -n shop', [], policy)).toContain(
      `What mine.yaml records of it:
  delete pods/web-1 -n shop: recorded (rule 3), but not of kubelets (rule 1).
  deletecollection pods -n shop: not recorded, whoever does it (rules 1, 2).
  delete namespaces/shop: recorded (rule 3), but not of kubelets (rule 1).
`,
    );
  });

  it('lets no control character through, and is no wider than the terminal', () => {
    const evil = '\u001B[31mred\u202E';
    const annotations = { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': evil };
    const given = [
      { verb: 'delete', as: evil, userAgent: evil, annotations },
      { verb: 'delete', as: evil, code: 404 },
    ];
    for (const columns of [60, 80, 120]) {
      const text = view('delete pods/web-1 -n shop', given, undefined, columns);
      expect(text).not.toMatch(/[\u001B\u202E]/);
      expect(text.split('\n').filter((line) => line.length > columns)).toEqual([]);
    }
  });

  it('masks a password in a command', () => {
    const given = {
      on: ':shop:pods/web-1/exec',
      code: 101,
      requestURI: '/x?command=mysql&command=--password%3Dhunter2',
    };
    const answer = answerOf('exec web-1 -n shop', [given]);
    expect(view('exec web-1 -n shop', [given])).not.toContain('hunter2');
    expect(JSON.stringify(answerJson(answer, false))).not.toContain('hunter2');
    expect(JSON.stringify(answerJson(answer, true))).toContain('hunter2');
  });
});
