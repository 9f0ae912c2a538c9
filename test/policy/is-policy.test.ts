import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isAuditPolicy } from '../../src/policy/is-policy.ts';

const POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';

describe('isAuditPolicy', () => {
  it('knows a policy by its head, and only alone', () => {
    expect(isAuditPolicy(POLICY)).toBe(true);
    expect(isAuditPolicy(`# our stamp\n---\n${POLICY}`)).toBe(true);
    expect(isAuditPolicy(JSON.stringify(parse(POLICY)))).toBe(true);
    expect(isAuditPolicy('apiVersion: "audit.k8s.io/v1beta1" # old\nkind: Policy\nrules: {{ .rules }\n')).toBe(true);
    expect(isAuditPolicy(`${POLICY}---\nkind: Secret\n`)).toBe(false);
    expect(isAuditPolicy(`# audit.k8s.io/v1 Policy\ntoken: x\n`)).toBe(false);
    expect(isAuditPolicy('apiVersion: audit.k8s.io/v1\nkind: EventList\n')).toBe(false);
  });

  it('is not taken in by a script that writes a policy', () => {
    expect(isAuditPolicy(`#!/bin/sh\ncat > /x <<EOF\n${POLICY}EOF\nstart-agent\n`)).toBe(false);
  });
});
