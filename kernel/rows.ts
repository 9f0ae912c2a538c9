// AssemblyScript; see kernel/scan.ts. Where the rows are, and what they say besides numbers; as in src/events/scan.ts.
import { ROOM, ROOM_SIZE } from './walk';

/** Behind the room 4 KiB are only looked at. */
export const ROWS: usize = ROOM + ROOM_SIZE + 0x1000;
export const ROW: usize = 112;
export const MOST_ROWS: i32 = 2048;
export const ROWS_END: usize = ROWS + ROW * <usize>MOST_ROWS;

export const IS_EVENT: u32 = 1;
export const IS_BY_GO: u32 = 2;
export const HAS_PATCH: u32 = 4;
export const HAS_ID: u32 = 8;
export const IMPERSONATES: u32 = 16;
export const COMES_AGAIN: u32 = 32;
