import { describe, expect, it } from 'vitest';
import {
  formatModelReference,
  isCommit,
  publicReference,
  readModelReference,
  referenceName,
} from '../../../src/core/model-reference';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('what a model path may say', () => {
  it.each([
    ['hf:owner/name', { kind: 'hub', repo: 'owner/name', revision: null }, 'name'],
    ['hf:gpt2', { kind: 'hub', repo: 'gpt2', revision: null }, 'gpt2'],
    [' hf:owner/name@refs/pr/3 ', { kind: 'hub', repo: 'owner/name', revision: 'refs/pr/3' }, 'name'],
    [`hf:Qwen/Qwen2.5-0.5B@${COMMIT}`, { kind: 'hub', repo: 'Qwen/Qwen2.5-0.5B', revision: COMMIT }, 'Qwen2.5-0.5B'],
    ['https://huggingface.co/owner/name', { kind: 'hub', repo: 'owner/name', revision: null }, 'name'],
    ['https://huggingface.co/owner/name/tree/v1/', { kind: 'hub', repo: 'owner/name', revision: 'v1' }, 'name'],
    ['http://localhost:8080/models/m', { kind: 'url', url: 'http://localhost:8080/models/m/' }, 'm'],
    ['https://host/m/?a=b#c', { kind: 'url', url: 'https://host/m/?a=b' }, 'm'],
    ['https://host/m/model.safetensors', { kind: 'url', url: 'https://host/m/' }, 'm'],
    ['https://host/m/config.json?a=b', { kind: 'url', url: 'https://host/m/?a=b' }, 'm'],
    ['https://host', { kind: 'url', url: 'https://host/' }, 'host'],
  ])('%s', (text, reference, name) => {
    const read = readModelReference(text)!;
    expect(read).toEqual(reference);
    expect(referenceName(read)).toBe(name);
    expect(readModelReference(formatModelReference(read))).toEqual(reference);
  });

  it('is the path of a folder where it says neither', () => {
    for (const text of ['models/tiny', '/a/b', 'C:\\models', 'hf', 'owner/name', '', 'file:///x', 'ftp://x/y']) {
      expect(readModelReference(text), text).toBeNull();
    }
  });

  it('is refused where it says it wrongly, without repeating what may be secret', () => {
    for (const text of ['hf:', 'hf:a/b/c', 'hf:../x', 'hf:a/b@', 'hf:a/b@../c', 'hf:a b/c', 'https://u:hidden@host/']) {
      expect(() => readModelReference(text), text).toThrow(expect.objectContaining({ code: 'spec-invalid' }));
    }
    expect(() => readModelReference('https://u:hidden@host/')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hidden') as string }),
    );
    for (const text of ['https://[bad?hidden', 'https://u:hidden@host:99999/', 'https://u:hi/hidden?hidden@host:1x/']) {
      expect(() => readModelReference(text), text).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hidden') as string }),
      );
    }
  });
});

describe('what of it may leave this machine', () => {
  it('is the place, and nothing that may be secret', () => {
    expect(publicReference(`hf:a/b@${COMMIT}`)).toBe(`hf:a/b@${COMMIT}`);
    expect(publicReference('https://host/m/?token=x#y')).toBe('https://host/m/');
    for (const text of ['https://u:p@host/m/', 'models/tiny', '/home/ada/m', 'hf:']) {
      expect(publicReference(text), text).toBeNull();
    }
  });

  it('tells a commit from a name', () => {
    expect([COMMIT, COMMIT.slice(1), COMMIT.toUpperCase(), 'main', null].map(isCommit)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
