import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, kopsCommandLines } from '../../src/kops/command-line.ts';

describe('kopsCommandLines', () => {
  const plain = kopsCommandLines('kops', undefined);
  const stated = kopsCommandLines('/opt/my kops', 's3://bucket/a b');

  it('gives the commands to paste', () => {
    expect(plain.get('x.io')).toBe('kops get cluster --name=x.io -o yaml');
    expect(plain.replace('x.io', 'a.yaml')).toBe('kops replace --name=x.io -f a.yaml');
    expect(plain.previewUpdate('x.io')).toBe('kops update cluster --name=x.io');
    expect(plain.update('x.io')).toBe('kops update cluster --name=x.io --yes --create-kube-config=false');
    expect(plain.validate('x.io', '10m')).toBe('kops validate cluster --name=x.io --wait=10m');
  });

  it('writes Terraform files without --yes', () => {
    const line = plain.update('x.io', { target: 'terraform', out: 'tf out' });
    expect(line).toBe("kops update cluster --name=x.io --target=terraform '--out=tf out' --create-kube-config=false");
  });

  it('rolls the control plane and API servers only', () => {
    const roll = 'kops rolling-update cluster --name=x.io --instance-group-roles=master,apiserver';
    expect(plain.rollingUpdate('x.io', { yes: false })).toBe(roll);
    expect(plain.rollingUpdate('x.io', { yes: true })).toBe(`${roll} --yes`);
    expect(plain.rollGroupsCloudOnly('x.io', ['a', 'b'])).toBe(
      'kops rolling-update cluster --name=x.io --instance-group=a,b --cloudonly --yes',
    );
  });

  it('names the state store and quotes', () => {
    expect(stated.get('x.io')).toBe("'/opt/my kops' get cluster --name=x.io -o yaml '--state=s3://bucket/a b'");
  });
});

describe('commandLine', () => {
  it('never holds a raw control character', () => {
    expect(commandLine('kops', ["\u001b[31m'\\\n"])).toBe(String.raw`kops $'\u001b[31m\'\\\u000a'`);
  });

  it('is read by a shell as the words that went in', () => {
    const words = fc.array(
      fc.string({
        unit: fc.constantFrom('a', ' ', "'", '"', '$', '\\', '`', '*', '~', '!', 'é', '\n', '\t', '\u0007'),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(words, (list) => {
        const printed = execFileSync('bash', ['-c', commandLine('printf', ['%s\\0', ...list])], {
          encoding: 'utf8',
          env: { ...process.env, LC_ALL: 'C.UTF-8' },
        });
        expect(printed).toBe(list.map((word) => `${word}\0`).join(''));
      }),
      { numRuns: 40 },
    );
  });
});
