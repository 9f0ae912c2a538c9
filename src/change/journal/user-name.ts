import { userInfo } from 'node:os';

/** Who runs this, as the system names them. A container's user often has no name: then what USER says, or the number. */
export function userName(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().username;
  } catch {
    return env['USER'] ?? `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
