import { counted } from '../text.ts';

/** How the events of a log were counted where that is not one a line, a sentence each. */
export function countRemarks({ merged, duplicates }: { merged: number; duplicates: number }): string[] {
  return [
    ...(merged === 0
      ? []
      : [`${counted(merged, 'line')} ${merged === 1 ? 'holds' : 'hold'} more than one event: each of them counts.`]),
    ...(duplicates === 0
      ? []
      : [
          `${counted(duplicates, 'event')} ${duplicates === 1 ? 'was there twice, and counts' : 'were there twice, and count'} once.`,
        ]),
  ];
}
