/** What the build writes for the page's safety and for going without a network. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, POLICY, policyText } from '../../../bin/page/csp.js';
import { listBuild } from '../../../bin/page/offline.js';
import { cacheOf, isOurs, outdated } from '../../../src/platform/offline/files';
import { useTemporaryFolder } from '../../helpers/temporary';

describe('the policy of the page', () => {
  const directives = new Map(
    policyText()
      .split('; ')
      .map((directive): [string, string[]] => {
        const [name, ...sources] = directive.split(' ');
        return [name!, sources];
      }),
  );

  it('allows code from the page’s own files alone, and nothing unsafe', () => {
    expect(policyText()).not.toContain('unsafe');
    expect(policyText()).not.toContain('*:');
    for (const name of ['script-src', 'worker-src', 'style-src'])
      expect(directives.get(name), name).toEqual(["'self'"]);
    for (const name of ['default-src', 'object-src', 'base-uri', 'form-action']) {
      expect(directives.get(name), name).toEqual(["'none'"]);
    }
    expect(Object.fromEntries(directives)).toEqual(POLICY);
  });

  it('lets models be fetched over https, or from the person’s own machine', () => {
    const wanted = ["'self'", 'http://127.0.0.1:*', 'http://localhost:*', 'https:'];
    expect(directives.get('connect-src')?.toSorted()).toEqual(wanted);
  });

  it('stands before anything that it is to hold for, and is never left out silently', () => {
    const { transformIndexHtml } = contentSecurityPolicy() as unknown as { transformIndexHtml(html: string): string };
    const html = transformIndexHtml('<head><meta charset="utf-8" /><script type="module" src="a.js"></script></head>');
    const at = html.indexOf(`http-equiv="Content-Security-Policy" content="${policyText()}"`);
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(html.indexOf('<script'));
    expect(() => transformIndexHtml('<head></head>')).toThrow('index.html');
  });
});

describe('the files kept for going without a network', () => {
  const temporary = useTemporaryFolder();
  let builds = 0;
  async function built(files: Record<string, string>) {
    const folder = await temporary(String(++builds));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    return folder;
  }
  const page = { 'index.html': '<p>é</p>', 'assets/a.js': 'a', 'models/tiny/config.json': '{}' };

  it('are those of the page, by size and hash: no texts for people, no schemas, not the service worker', async () => {
    const others = { 'service-worker.js': 'x', 'models/README.md': 'x', 'schemas/spec.json': '{}', 'a.js.map': '{}' };
    const { files } = await listBuild(await built({ ...page, ...others, 'recorded/trials.csv': 'a,b' }));
    expect(files.map((file) => file.path)).toEqual(['assets/a.js', '', 'models/tiny/config.json']);
    expect(files[1]).toEqual({
      path: '',
      bytes: 9,
      sha256: createHash('sha256').update('<p>é</p>').digest('base64'),
    });
  });

  it('give equal builds one version, and any change another', async () => {
    const versionOf = async (files: Record<string, string>) => (await listBuild(await built(files))).version;
    const version = await versionOf(page);
    expect(await versionOf({ ...page, 'service-worker.js': 'another' })).toBe(version);
    expect(await versionOf({ ...page, 'assets/a.js': 'b' })).not.toBe(version);
    const { 'assets/a.js': moved, ...rest } = page;
    expect(await versionOf({ ...rest, 'assets/b.js': moved })).not.toBe(version);
  });

  it('of the version before stay for pages that are still open; older ones and no one else’s go', () => {
    const names = ['someone-else', cacheOf('1'), cacheOf('2'), cacheOf('3')];
    expect(outdated(names, '3')).toEqual([cacheOf('1')]);
    expect(outdated([cacheOf('3')], '3')).toEqual([]);
    expect(names.filter(isOurs)).toHaveLength(3);
  });
});
