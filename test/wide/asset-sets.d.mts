import type { KopsObject, JsonObject } from '../../src/cluster/types.ts';

export declare const WEBHOOK: string;
export declare function placesOf(cluster: KopsObject): JsonObject;
