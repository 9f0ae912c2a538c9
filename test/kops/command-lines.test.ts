import { describe, expect, it } from 'vitest';
import { kopsCommandLines } from '../../src/kops/command-lines.ts';

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
