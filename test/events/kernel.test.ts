import { describe, expect, it } from 'vitest';
import { engineNamed } from '../../src/events/kernel.ts';

describe('engineNamed', () => {
  it('takes WebAssembly where none is named, and gives a walker that is free again', () => {
    const engine = engineNamed(undefined);
    expect([engine.name, engineNamed('').name, engineNamed('wasm').name, engineNamed('js').name]).toEqual([
      'wasm',
      'wasm',
      'wasm',
      'js',
    ]);
    const walker = engine.walker();
    expect(engine.walker()).not.toBe(walker);
    engine.free(walker);
    expect(engine.walker()).toBe(walker);
  });

  it('refuses an engine that is not known', () => {
    expect(() => engineNamed('gpu')).toThrow('KOPS_AUDIT_ENGINE is gpu: there is no such engine');
  });
});
