import { expect, it } from 'vitest';
import { isLeaseOf, leaseNameOf } from '../../../src/events/complete/lease.ts';

// What kube-apiserver 1.36.3 called its lease on machines of these names.
it.each([
  ['vm', 'apiserver-wlv32tlttr4jl3gtroqexyxapa'],
  ['cp-1', 'apiserver-rplpdvtx3lntmi4xy2xnxookk4'],
  ['cp-2', 'apiserver-25uiiall6mndm6qe6t4yu6qciu'],
])('the API server on %s renews %s', (host, lease) => {
  expect(leaseNameOf(host)).toBe(lease);
  expect(isLeaseOf(`kube-${lease}`, host)).toBe(true);
  expect(isLeaseOf(lease, `${host}x`)).toBe(false);
});
