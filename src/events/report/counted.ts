import type { RequestAttributes } from '../../policy/types.ts';
import { type BurstFinder, listBursts, secretBursts } from '../questions/bursts.ts';
import { type BlindSpot, blindSpots } from './blind-spots.ts';
import type { Section } from './sections.ts';

/** A question that no request answers by itself, but many within a short time. */
export interface CountedSection extends Omit<Section, 'matches' | 'detail'> {
  /** What is counted. */
  counts: string;
  finder: () => BurstFinder;
}

const SOMEBODY: RequestAttributes = {
  user: 'somebody',
  groups: ['system:authenticated'],
  isResourceRequest: true,
  apiGroup: '',
  subresource: '',
  namespace: 'default',
};

const FROM_ONE = 'From one address, whichever API servers were asked.';

/** The sections that are found by a count, in the order in which they are told: behind all others but that on who is new. */
export const COUNTED: readonly CountedSection[] = [
  {
    id: 'secret-bursts',
    title: 'Many secrets read one by one',
    asks: 'Who read three different secrets or more within ten minutes?',
    counts: 'secrets',
    finder: secretBursts,
    needs: 'Metadata',
    seenIn: [{ ...SOMEBODY, verb: 'get', resource: 'secrets', name: 'one' }],
    notes: [FROM_ONE],
    evidenceFor: ['CIS 3.2.2', 'PCI DSS 10.2.1.1', 'SOC 2 CC7.2'],
  },
  {
    id: 'list-bursts',
    title: 'Many kinds of objects listed',
    asks: 'Who listed three kinds of objects or more within a minute?',
    counts: 'kinds of objects',
    finder: listBursts,
    needs: 'Metadata',
    seenIn: ['pods', 'secrets', 'configmaps'].map((resource) => ({ ...SOMEBODY, verb: 'list', resource, name: '' })),
    notes: [FROM_ONE, 'What was refused counts too.'],
    evidenceFor: ['SOC 2 CC7.2'],
  },
];

/** Such a section with what was found. */
export interface FilledCount {
  section: CountedSection;
  bursts: ReturnType<BurstFinder['found']>;
  /** What the policy could not have shown; null where the policy is not known. */
  blind: readonly BlindSpot[] | null;
}

/** Puts together what the finder of a section found. */
export function filledCount(
  section: CountedSection,
  finder: BurstFinder,
  policy: Parameters<typeof blindSpots>[0] | undefined,
): FilledCount {
  return { section, bursts: finder.found(), blind: policy === undefined ? null : blindSpots(policy, section) };
}
