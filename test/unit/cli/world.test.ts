/** `ontoscope world`: what it writes, shows and refuses; the example of docs/worlds.md. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { useTemporaryFolder } from '../../helpers/temporary';

const place = useTemporaryFolder();
const SMALL = fileURLToPath(new URL('../../../public/worlds/small.json', import.meta.url));
const DOCS = fileURLToPath(new URL('../../../docs/worlds.md', import.meta.url));

async function ontoscope(...argv: string[]) {
  const terminal = new FakeTerminal();
  const code = await main(argv, terminal);
  return { code, out: terminal.stdout.join('\n'), err: terminal.stderr.join('\n') };
}

/** The fenced block of the docs that holds a text. */
async function docsBlock(holding: string): Promise<string> {
  const blocks = (await readFile(DOCS, 'utf8')).matchAll(/```\w*\n([\s\S]*?)```/g);
  return [...blocks].map(([, block]) => block!).find((block) => block.includes(holding))!;
}

describe('ontoscope world', () => {
  it('writes what the docs show, the same bytes each time', async () => {
    const [one, two] = [await place('one'), await place('two')];
    const { code, out } = await ontoscope('world', SMALL, '--out', one);
    expect(code).toBe(0);
    expect(`${out}\n`).toBe(await docsBlock('hash  '));
    await ontoscope('world', SMALL, '--out', two);
    const files = await readdir(one);
    expect(files.sort()).toEqual(
      'experiment.json given-2.tsv held-out.txt occurrences.jsonl sentences.jsonl summary.json terms.tsv tokenizer.json tokenizer_config.json world.json'.split(
        ' ',
      ),
    );
    for (const file of files) {
      expect(await readFile(await place('one', file), 'utf8'), file).toBe(
        await readFile(await place('two', file), 'utf8'),
      );
    }
    const drawn = await ontoscope('dataset', await place('one', 'experiment.json'));
    expect(drawn.out).toContain('100 seen, 100 withheld of 280 terms');
  });

  it('replaces a world only when told to, and prints its summary as JSON', async () => {
    const out = await place('again');
    expect((await ontoscope('world', SMALL, '--out', out)).code).toBe(0);
    const refused = await ontoscope('world', SMALL, '--out', out);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('output-exists')]);
    const { code, out: text } = await ontoscope(
      'world',
      SMALL,
      '--out',
      out,
      '--force',
      '--json',
      '--seed',
      '9',
      '--twin',
      'flipped',
    );
    expect(code).toBe(0);
    const printed = JSON.parse(text) as Record<string, unknown>;
    expect(printed).toMatchObject({ out, seed: 9, twin: 'flipped', facts: 280 });
    const { out: _out, ...summary } = printed;
    expect(JSON.parse(await readFile(await place('again', 'summary.json'), 'utf8'))).toEqual(summary);
  });

  it('shows a preview and writes nothing', async () => {
    const before = await readdir(await place('.'));
    const { code, out } = await ontoscope('world', SMALL, '--preview', '--examples', '2');
    expect(code).toBe(0);
    expect(out.match(/^ {2}\S.* \| .* \| \d+×$/gm)).toHaveLength(6);
    expect(out).toContain('filler:');
    const json = JSON.parse((await ontoscope('world', SMALL, '--preview', '--json')).out) as { facts: number };
    expect(json.facts).toBe(280);
    expect(await readdir(await place('.'))).toEqual(before);
  });

  it('says what is wrong with file and arguments', async () => {
    const file = await place('broken.json');
    await writeFile(file, '{"worldVersion": 1, "groups": [{"name": "a", "source": {"kind": "synthetic", "cont": 5}}]}');
    const broken = await ontoscope('world', file, '--preview');
    expect(broken.code).toBe(1);
    expect(broken.err).toContain('groups.0.source.cont: no such field');
    expect(broken.err).toContain('Did you mean groups.0.source.count?');
    await writeFile(
      file,
      '{"worldVersion": 1, "groups": [{"name": "a", "source": {"kind": "given", "path": "no.tsv"}}]}',
    );
    expect((await ontoscope('world', file, '--preview')).err).toContain('file-missing');
    for (const argv of [
      [],
      [SMALL],
      [SMALL, '--preview', '--out', 'x'],
      [SMALL, '--preview', '--twin', 'other'],
      [SMALL, '--preview', '--seed', '-1'],
    ]) {
      expect((await ontoscope('world', ...argv)).code, argv.join(' ')).toBe(2);
    }
  });
});
