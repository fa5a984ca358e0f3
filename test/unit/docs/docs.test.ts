/** The documentation hangs together: links lead somewhere, commands are commands, every chart is explained. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { anchorOf, helpFiles, helpPage } from '../../../bin/help-pages.js';
import { main } from '../../../src/cli/main';
import { FakeTerminal } from '../../helpers/fake-terminal';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'],
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
];
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
/** Text of a document without its blocks of code. */
const prose = (name: string) => read(name).replace(/```[\s\S]*?```/g, '');
const anchors = (name: string) =>
  new Set([...prose(name).matchAll(/^#+ (.+)$/gm)].map(([, title]) => anchorOf(title!)));
const linksOf = (name: string) =>
  [...prose(name).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, href]) => href!)
    .filter((href) => !/^(https?|mailto):/.test(href));

describe.each(documents)('%s', (name) => {
  it('links to files and headings that there are', () => {
    for (const href of linksOf(name)) {
      const [file = '', anchor] = href.split('#');
      const place = file === '' ? name : path.posix.join(path.posix.dirname(name), file);
      expect(existsSync(path.join(ROOT, place)), href).toBe(true);
      if (anchor !== undefined && statSync(path.join(ROOT, place)).isFile())
        expect(anchors(place), href).toContain(anchor);
    }
  });
});

/** `npx ontoscope …` of all shell blocks, continued lines joined, comments off. */
const commands = documents.flatMap((name) =>
  [...read(name).matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block]) => block!.replace(/\\\n\s*/g, ' ').split('\n'))
    .flatMap((line) => line.split(/\s#|\s\|\s|&&/)[0]!.trim())
    .filter((line) => line.startsWith('npx ontoscope '))
    .map((line) => ({ name, line })),
);

describe('commands in the documentation', () => {
  const helps = new Map<string, string>();
  async function helpOf(...argv: string[]): Promise<string> {
    const key = argv.join(' ');
    if (!helps.has(key)) {
      const terminal = new FakeTerminal();
      const code = await main([...argv, '--help'], terminal);
      helps.set(key, code === 0 ? terminal.stdout.join('\n') : '');
    }
    return helps.get(key)!;
  }

  it('are many, and name commands and options that there are', async () => {
    expect(commands.length).toBeGreaterThan(40);
    for (const { name, line } of commands) {
      const [command = '', method = ''] = line.split(/\s+/).slice(2);
      // A command whose methods have helps of their own names them in its own.
      const help = `${await helpOf(command)}\n${command === 'stats' ? await helpOf(command, method) : ''}`;
      expect(help.trim(), `${name}: ${line}`).not.toBe('');
      for (const [option] of line.matchAll(/(?<=\s)--[a-z][a-z-]*/g))
        expect(help, `${name}: ${line}`).toContain(option);
    }
  });

  it('name files of this repository that there are', () => {
    for (const { name, line } of commands) {
      for (const [file] of line.matchAll(/(?<=\s)(public|docs)\/[\w./-]+/g)) {
        expect(existsSync(path.join(ROOT, file)), `${name}: ${line}`).toBe(true);
      }
    }
  });
});

describe('docs/charts.md', () => {
  it('explains every registered chart under its title', () => {
    const charts = path.join(ROOT, 'src/ui/charts');
    const registered = [...readFileSync(path.join(charts, 'registry.ts'), 'utf8').matchAll(/from '\.\/([\w-]+)';/g)]
      .map(([, folder]) => path.join(charts, folder!, 'index.ts'))
      .filter((file) => existsSync(file));
    expect(registered.length).toBeGreaterThan(4);
    for (const file of registered) {
      const title = /^\s*title: '([^']+)'/m.exec(readFileSync(file, 'utf8'))?.[1];
      expect(title, file).toBeDefined();
      expect(anchors('docs/charts.md'), file).toContain(anchorOf(title!));
    }
  });
});

describe('the help', () => {
  it('has an index from which every document is reached', () => {
    const reached = new Set<string>();
    const visit = (name: string) => {
      if (reached.has(name) || !name.endsWith('.md')) return;
      reached.add(name);
      for (const href of linksOf(name)) visit(path.posix.join(path.posix.dirname(name), href.split('#')[0]!));
    };
    visit('docs/README.md');
    expect(documents.filter((name) => name.startsWith('docs/') && !reached.has(name))).toEqual([]);
  });

  it('is pages that link to each other, with no script and nothing from elsewhere', () => {
    const files = helpFiles();
    for (const [file, make] of files) {
      if (!file.endsWith('.html')) continue;
      const page = String(make());
      expect(page, file).not.toMatch(/<script|src="https?:|url\(|&lt;!--/);
      for (const [, href] of page.matchAll(/(?:href|src)="([^"#]+)[^"]*"/g)) {
        if (/^(https?|mailto):/.test(href!)) continue;
        const place = path.posix.join(path.posix.dirname(file), href!);
        const outside = ['index.html', 'icons/ontoscope.svg'].includes(place);
        expect(outside || files.has(place), `${file}: ${href!}`).toBe(true);
      }
    }
  });

  it('shows HTML of a document and does not obey it', () => {
    const page = helpPage(
      'x.md',
      '# A <b>\n\n<script>alert(1)</script> and <img src=x onerror=y>\n\n[out](../src/main.ts)',
    );
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toMatch(/<script|<img/);
    expect(page).not.toContain('main.ts');
  });
});
