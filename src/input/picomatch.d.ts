/** The part of picomatch 4 that is used here; it brings no types of its own. */
declare module 'picomatch' {
  interface Options {
    /** Names that begin with a dot match as well. */
    dot?: boolean;
    /** A leading `!` is a character like any other. */
    nonegate?: boolean;
  }
  function picomatch(glob: string, options?: Options): (path: string) => boolean;
  namespace picomatch {
    /** Takes a pattern apart: the folder before the first special character, and the rest. */
    function scan(pattern: string): { base: string; glob: string };
  }
  export = picomatch;
}
