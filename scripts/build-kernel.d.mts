/** The text of src/events/kernel-bytes.ts, compiled anew. */
export declare function kernelModule(): Promise<string>;
