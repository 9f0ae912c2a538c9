/** Where what is built or installed is kept: KOPS_AUDIT_CACHE, or `kops-audit` in XDG_CACHE_HOME or ~/.cache. */
export declare function cacheFolder(): string;

/** Opens DuckDB in memory, and gives what answers a query. The first time it is installed into the cache. */
export declare function openDuckDb(
  options?: Readonly<Record<string, string>>,
): Promise<(sql: string) => Promise<Record<string, unknown>[]>>;

/** Opens ClickHouse's engine, and gives what answers a query; big numbers are texts in it. The first time it is installed into the cache (546 MB). */
export declare function openClickHouse(): (sql: string) => Record<string, unknown>[];

/** Gives what is wrong with a query by the grammar of a dialect that has no engine here. */
export declare function mistakesInSql(sql: string, dialect: 'trino' | 'bigquery'): Promise<string[]>;
