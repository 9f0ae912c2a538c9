import { describe, expect, it } from 'vitest';
import { runOnTerminal } from './run-cli.ts';

const ASK = `
const lines = require('node:readline').createInterface({ input: process.stdin, output: process.stdout });
lines.question('\\x1b[32mName?\\x1b[0m ', (name) => lines.question('Sure? ', (sure) => {
  console.log(process.stdin.isTTY, name, sure);
  process.exit(3);
}));`;

describe('runOnTerminal', () => {
  it('answers each question when it comes, on a real terminal', async () => {
    const answers = [
      { after: 'Name?', send: 'bob\r' },
      { after: /Sure\? $/, send: 'y\r' },
    ];
    const { exitCode, screen } = await runOnTerminal(process.execPath, ['-e', ASK], { env: {}, answers });
    expect(exitCode).toBe(3);
    expect(screen).toContain('Name? bob\nSure? y\ntrue bob y\n');
  });
});
