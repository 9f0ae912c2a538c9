/** A spec file as it was read. Everything that writing it back safely depends on is in here. */
export interface SpecFile {
  /** The path as the person gave it; for messages. */
  path: string;
  /** The file itself, every symbolic link followed. */
  target: string;
  /** The content. A byte order mark stays in it as U+FEFF, so that the text gives the same bytes again. */
  text: string;
  bytes: Uint8Array;
  /** Permission bits, 0o7777 at most. */
  mode: number;
  uid: number;
  gid: number;
  /** How many names (hard links) the file has. */
  links: number;
}
