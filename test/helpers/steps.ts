import type { LiveSteps } from '../../src/change/change.ts';

/** The steps of plain `enable`: it asks, and updates, and does not roll. */
export const STEPS: LiveSteps = {
  yes: false,
  update: true,
  rollingUpdate: false,
  target: null,
  out: null,
  includePending: false,
  allowKopsUpgrade: false,
  allowApiDowntime: false,
};
