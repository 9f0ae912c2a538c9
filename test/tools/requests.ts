import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderPolicy } from '../../src/policy/render/render.ts';
import type { ToolRequest } from '../../src/tools/tool.ts';
import { ROOT } from '../docs/markdown.ts';

/** What `policy show NAME --for TOOL` asks for without any further flag. */
export function request(name: string, more: Partial<ToolRequest> = {}): ToolRequest {
  const source = readFileSync(join(ROOT, `templates/policies/${name}.yaml`), 'utf8');
  const { text, policy } = renderPolicy(source, { name, toolVersion: '0.1.0' });
  return {
    policy: { name, text, policy, command: `kops-audit policy show ${name}` },
    toolVersion: null,
    kubernetesVersion: null,
    log: { path: null, maxAge: 30, maxBackups: 10, maxSize: 100, isRotationAsked: false },
    webhook: null,
    ...more,
  };
}
