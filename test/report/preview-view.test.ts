import { describe, expect, it } from 'vitest';
import { parsePreview, type Preview } from '../../src/kops/preview.ts';
import { unifiedDiff } from '../../src/report/diff.ts';
import { previewView, seenOfPolicy, type Seen } from '../../src/report/preview-view.ts';
import { plainStyle } from '../../src/report/text.ts';
import { previewFixture } from '../kops/previews.ts';

const POLICY =
  'apiVersion: audit.k8s.io/v1\nkind: Policy\n\nrules:\n- level: Metadata\n# No changes need to be applied\n';

function preview(name: string): Preview {
  const text = previewFixture(name);
  return { text, ...parsePreview(text) };
}

function view(shown: Preview, seen: Seen = []): string[] {
  return previewView(shown, { head: 'head:', seen, clean: (text) => text, style: plainStyle }).split('\n');
}

/** The pieces that the diff of a spec shows that gets this policy. */
function seenWith(content: string, before = ''): Seen {
  const spec = (text: string): string =>
    text === ''
      ? 'spec:\n'
      : `spec:\n  fileAssets:\n  - content: |\n${text.replaceAll(/^(?=.)/gm, '      ')}    name: audit-policy\n`;
  const diff = unifiedDiff(spec(before), spec(content), { before: 'a', after: 'b' });
  return seenOfPolicy(diff, content || before, (text) => text);
}

describe('previewView', () => {
  it.each(['aws-other', 'aws-audit', 'gce-nodes', 'metal-audit-1.36.0', 'metal-fresh-1.32.0'])(
    'shows every word of every change: %s',
    (name) => {
      const parsed = preview(name);
      const words = parsed.changes.flatMap(({ text }) => text.split(/\s+/)).filter((word) => word !== '');
      const shown = view(parsed).join('\n').split(/\s+/);
      expect(words.length).toBeGreaterThan(10);
      expect(shown.filter((word) => words.includes(word)).length).toBeGreaterThanOrEqual(words.length);
    },
  );

  it('leaves out the policy that the diff has shown, and nothing beside it', () => {
    const whole = view(preview('metal-audit-1.36.0'));
    const short = view(preview('metal-audit-1.36.0'), seenWith(POLICY));
    const at = short.indexOf('      … 6 lines of the policy, as in the diff above');
    expect(short[at - 1]).toBe('      +   - content: |');
    expect(short[at + 1]).toBe('      +     name: audit-policy');
    expect([...short.slice(0, at), ...whole.slice(at, at + 6), ...short.slice(at + 1)]).toEqual(whole);
  });

  it('shows lines of the policy that the diff has not shown, or not as added', () => {
    const whole = view(preview('metal-audit-1.36.0'));
    const removed = seenWith('', POLICY);
    expect(view(preview('metal-audit-1.36.0'), removed)).toEqual(whole);
    expect(view(preview('metal-audit-1.36.0'), seenWith(POLICY.replace('Metadata', 'Request')))).toContain(
      '      +       - level: Metadata',
    );
  });

  it('says so where kops printed nothing that can be read', () => {
    const silent: Preview = { text: '', upToDate: false, understood: false, changes: [] };
    expect(view(silent)).toContain('  (kops printed nothing that could be read)');
    expect(view({ ...silent, upToDate: true })).toEqual(['kops update has nothing to apply.', '']);
  });

  it('masks before it shows', () => {
    const clean = (text: string): string => text.replaceAll('audit', '***');
    const text = previewView(preview('metal-audit-1.36.0'), { head: '', seen: [], clean, style: plainStyle });
    expect(text).not.toContain('audit');
  });
});
