import { describe, expect, it } from 'vitest';
import { parsePreview, type Preview } from '../../src/kops/preview.ts';
import { previewView } from '../../src/report/preview-view.ts';
import { plainStyle } from '../../src/report/text.ts';
import { previewFixture } from '../kops/previews.ts';

const POLICY =
  'apiVersion: audit.k8s.io/v1\nkind: Policy\n\nrules:\n- level: Metadata\n# No changes need to be applied\n';

function preview(name: string): Preview {
  const text = previewFixture(name);
  return { text, ...parsePreview(text) };
}

function view(shown: Preview, seen: readonly string[] = [], where?: string): string[] {
  const how = { head: 'head:', seen, clean: (text: string) => text, style: plainStyle };
  return previewView(shown, { ...how, ...(where === undefined ? {} : { where }) }).split('\n');
}

/** The policy that a preview has on one side. */
function policyOf(name: string, sign: '+' | '-'): string {
  const own = previewFixture(name)
    .split('\n')
    .filter(
      (line) => /^ {2}\t +\t[-+ ] {7}/.test(line) && [sign, ' '].includes(line.charAt(line.lastIndexOf('\t') + 1)),
    )
    .map((line) => line.slice(line.lastIndexOf('\t') + 9));
  return own.slice(own.findIndex((line) => line.startsWith('# kops-audit'))).join('\n');
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

  it('leaves out the policy that the diff was about, and nothing beside it', () => {
    const whole = view(preview('metal-audit-1.36.0'));
    const short = view(preview('metal-audit-1.36.0'), [POLICY]);
    const at = short.indexOf('      … 6 changed lines of the policy, as in the diff above');
    expect(short[at - 1]).toBe('      +   - content: |');
    expect(short[at + 1]).toBe('      +     name: audit-policy');
    expect([...short.slice(0, at), ...whole.slice(at, at + 6), ...short.slice(at + 1)]).toEqual(whole);
  });

  it.each(['metal-policy-changed-1.36.0', 'metal-policy-removed-1.36.0'])(
    'leaves no line of it behind, whether added, removed or unchanged: %s',
    (name) => {
      const policies = [policyOf(name, '-'), policyOf(name, '+')];
      const known = new Set(policies.flatMap((policy) => policy.split('\n')).map((line) => line.trim()));
      known.delete('');
      const isOther = (line: string): boolean => !known.has(line.slice(7).trim()) && !/^\s*(?:\.\.\.)?$/.test(line);
      const short = view(preview(name), policies).filter((line) => !/^\s*(?:\.\.\.)?$/.test(line));
      const [marker, ...more] = short.filter((line) => line.includes('…'));
      expect([marker, more]).toEqual([
        expect.stringContaining(' changed lines of the policy, as in the diff above'),
        [],
      ]);
      expect(short.filter((line) => line !== marker)).toEqual(view(preview(name)).filter(isOther));
    },
  );

  it('shows lines that are not known, and known ones that stand elsewhere', () => {
    const short = view(preview('metal-audit-1.36.0'), [POLICY.replace('Metadata', 'Request')]);
    expect(short).toContain('      +       - level: Metadata');
    const elsewhere = view(preview('metal-audit-1.36.0'), ['name: audit-policy\n  auditLogMaxAge: 30\n']);
    expect(elsewhere).toEqual(view(preview('metal-audit-1.36.0')));
  });

  it('says where the policy is to be seen', () => {
    expect(view(preview('metal-audit-1.36.0'), [POLICY], 'which d shows')).toContain(
      '      … 6 changed lines of the policy, which d shows',
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
