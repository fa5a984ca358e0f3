/** Tables as they come, and tables that are none: what `ontoscope stats` reads, refuses and says of the place. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stats, useTables } from './stats-run';

const table = useTables();
const TIMES = ['--time', 'time', '--event', 'event'];
const COX = [...TIMES, '--covariates', 'x'];
const HEADER = 'time,event,x';
const GOOD = `${HEADER}\n1,1,0\n2,1,1\n3,0,0\n4,1,1\n5,1,0\n6,0,1\n`;

interface Km {
  groups: { name: string; n: number; events: number }[];
}
async function km(file: string, ...argv: string[]): Promise<Km['groups']> {
  const outcome = await stats('km', file, ...TIMES, ...argv, '--json');
  expect(outcome.code, outcome.err).toBe(0);
  return (outcome.json() as unknown as Km).groups;
}

describe('a table', () => {
  it.each([
    ['with tabs', GOOD.replaceAll(',', '\t')],
    ['with semicolons', GOOD.replaceAll(',', ';')],
    ['with a byte-order mark and CRLF', `\ufeff${GOOD.replaceAll('\n', '\r\n')}`],
    [
      'with quotes and blank lines',
      GOOD.replaceAll(/^.+$/gm, (line) => line.replace(/^(\w+)/, '"$1"')).replace('\n', '\n\n'),
    ],
    ['with a nameless first column', GOOD.replaceAll(/^/gm, '"1",').replace('"1"', '""').replace(/"1",$/, '')],
    ['with comments above its header', `# made by hand\n${GOOD}`],
    ['with a column named __proto__', GOOD.replace(/$/gm, ',7').replace(',7', ',__proto__').replace(/,7$/, '')],
  ])('%s gives the same answer', async (_, text) => {
    const terms = async (content: string) => {
      const outcome = await stats('cox', await table(content), ...COX, '--json');
      expect(outcome.err, outcome.err).not.toContain('error');
      return outcome.json()['terms'];
    };
    expect(await terms(text)).toEqual(await terms(GOOD));
  });

  it('says which lines it took for comments', async () => {
    const outcome = await stats('km', await table(`time,event\n1,1\n#2,1\n3,1\n`), ...TIMES);
    expect(outcome.out).toContain('n = 2');
    expect(outcome.err).toMatch(/1 of the lines below the header begin with # .+ line 3/);
  });

  it('keeps the meaning of 1 and 2 on rows that hold one of them', async () => {
    const file = await table('time,event,g\n1,1,a\n2,1,a\n3,2,b\n4,2,b\n');
    expect(await km(file, '--where', 'g=a')).toMatchObject([{ n: 2, events: 0 }]);
    expect(await km(file, '--where', 'g=b')).toMatchObject([{ n: 2, events: 2 }]);
    const marks = await stats('mcnemar', file, '--before', 'event', '--after', 'time');
    expect(marks.err).toContain('line 4, column 3: "event" holds "2", neither yes nor no');
  });

  it.each(['1/0', '1.0/0.0', 'TRUE/FALSE', 'true/false', 'T/F', 'Yes/no'])('may mark events by %s', async (marks) => {
    const [yes, no] = marks.split('/') as [string, string];
    expect(await km(await table(`time,event\n1,${yes}\n2,${no}\n3,${yes}\n`))).toMatchObject([{ n: 3, events: 2 }]);
  });

  it('lets one column play two parts', async () => {
    const file = await table('time,event,x\n1,yes,2\n2,no,1\n3,yes,2\n4,no,1\n');
    expect(await km(file, '--by', 'event')).toMatchObject([
      { name: 'event=no', n: 2, events: 0 },
      { name: 'event=yes', n: 2, events: 2 },
    ]);
    const rows = await table(GOOD);
    const alone = (await stats('cox', rows, ...COX, '--robust', '--json')).json();
    const clustered = (await stats('cox', rows, ...COX, '--cluster', 'time', '--json')).json();
    expect(clustered['terms']).toEqual(alone['terms']);
  });

  it('counts rows by the column that lacks a value', async () => {
    const file = await table(`${HEADER},y\n1,1,0,NA\n2,1,1,.\nNA,1,1,1\n4,1,,1\n5,,0,1\n6,0,1,1\n7,1,0,1\n`);
    const outcome = await stats('cox', file, ...COX, '--json');
    expect(outcome.json()).toMatchObject({ n: 4, dropped: { time: 1, event: 1, x: 1 } });
    expect(outcome.err).toContain('1 row dropped: x missing');
  });

  it('may be narrowed by several conditions', async () => {
    const file = await table('time,event,g,h\n1,1,a,u\n2,1,a,v\n3,1,b,u\n4,1,a,v\n');
    expect(await km(file, '--where', 'g=a', '--where', 'h=v')).toMatchObject([{ n: 2 }]);
  });

  it('has factors of numbers in their order', async () => {
    const file = await table('time,event,layer\n1,1,9\n2,1,10\n3,1,11\n4,1,9\n5,1,10\n6,1,11\n');
    const names = async (factor: string) => {
      const { terms } = (await stats('cox', file, ...TIMES, '--factor', factor, '--json')).json() as unknown as {
        terms: { name: string }[];
      };
      return terms.map(({ name }) => name);
    };
    expect(await names('layer')).toEqual(['layer=10', 'layer=11']);
    expect(await names('layer=11')).toEqual(['layer=9', 'layer=10']);
  });
});

describe('a table that cannot be used', () => {
  it.each([
    ['a column that is not there', 'time,status,x\n1,1,1\n', 'line 1: no column is named "event" (--event)'],
    ['text among numbers', `${HEADER}\n1,1,0\n2,1,big\n`, 'line 3, column 5: "x" holds "big", not a number'],
    ['hexadecimal numbers', `${HEADER}\n1,1,0x10\n`, 'line 2, column 5'],
    ['an infinite number', `${HEADER}\n1,1,1e999\n`, 'line 2, column 5'],
    ['an event mark that is none', `${HEADER}\n1,3,0\n`, 'line 2, column 3: "event" holds "3"'],
    ['two columns of one name', `${HEADER},x\n1,1,0,0\n`, 'line 1, column 14: two columns are named "x"'],
    ['rows of other lengths', `${HEADER}\n1,1,0\n2,1\n`, 'line 3'],
    ['a quotation mark never closed', `${HEADER}\n1,1,"0\n`, 'line 2, column 5'],
    ['nothing in it', '', 'line 1'],
    ['a header alone', `${HEADER}\n`, 'no row below the first'],
    ['binary data', '\u0000\u0001\u0002\u0003PK', 'binary'],
  ])('with %s is told with its place', async (_, text, said) => {
    const file = await table(text);
    const outcome = await stats('cox', file, ...COX, '--json');
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain(file);
    expect(outcome.err).toContain(said);
    expect(outcome.json()).toMatchObject({ error: { code: 'table-malformed' } });
  });

  it.each([
    ['no events', `${HEADER}\n1,0,0\n2,0,1\n`, COX, 'no row has an event'],
    ['a gap in every row', `${HEADER}\n1,NA,0\nNA,1,1\n`, COX, '1 row dropped: time missing'],
    ['an empty interval', `s,${HEADER}\n9,9,NA,0\n1,2,1,1\n5,4,1,1\n`, [...COX, '--start', 's'], 'line 4'],
    ['a negative weight', `w,${HEADER}\n1,2,1,1\n\n-1,4,1,0\n`, [...COX, '--weights', 'w'], 'line 4'],
    ['no such level', GOOD, [...TIMES, '--factor', 'x=7'], 'no level 7'],
  ])('with %s is told with its name', async (_, text, argv, said) => {
    const file = await table(text);
    const { code, err } = await stats('cox', file, ...argv);
    expect(code).toBe(1);
    expect(err).toMatch(/^error stats-input: /);
    expect(err).toContain(file);
    expect(err).toContain(said);
  });

  it('tells the line of a row also behind rows that were left out', async () => {
    const bad = await table('time,event,g\n3,1,b\nNA,1,a\n2,1,a\n-4,1,a\n');
    for (const method of ['km', 'logrank']) {
      const { code, err } = await stats(method, bad, ...TIMES, '--by', 'g');
      expect(code).toBe(1);
      expect(err).toContain(`${bad}, line 5: `);
      expect(err).not.toContain('row');
    }
    const runs = await table('v,se\nNA,1\n1,0.5\n2,0\n');
    expect((await stats('randomeffects', runs, '--value', 'v', '--se', 'se')).err).toContain(
      `${runs}, line 4: Random effects: the standard error is 0.`,
    );
  });

  it.each(['1e200', '1e-200'])('tells of %s where squares of it are taken', async (number) => {
    const file = await table(`v,se\n1,1\n${number},2\n3,1\n`);
    const { code, err } = await stats('randomeffects', file, '--value', 'v', '--se', 'se');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(`${file}, line 3: Random effects: the value is ${Number(number)}, too`),
    ]);
    expect((await stats('bootstrap', file, '--value', 'v')).code).toBe(0);
  });

  it('tells that text needs --factor', async () => {
    const file = await table('time,event,kind\n1,1,a\n2,1,b\n');
    const { err } = await stats('cox', file, ...TIMES, '--covariates', 'kind');
    expect(err).toContain('--factor kind');
    expect((await stats('km', file, '--time', 'kind', '--event', 'event')).err).not.toContain('--factor');
  });

  it('tells what a condition leaves, and how many groups there are', async () => {
    const file = await table('time,event,g\n1,1,a\n2,1,b\n3,1,c\n');
    const none = await stats('km', file, ...TIMES, '--where', 'g=z');
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('for instance: a, b, c')]);
    const groups = await stats('mannwhitney', file, '--value', 'time', '--by', 'g');
    expect([groups.code, groups.err]).toEqual([1, expect.stringContaining('"g" has 3 groups, not two')]);
    const one = await stats('logrank', file, ...TIMES, '--by', 'g', '--where', 'g=a');
    expect([one.code, one.err]).toEqual([1, expect.stringContaining(file)]);
  });

  it('warns of a curve without an event', async () => {
    const { code, out, err } = await stats('km', await table('time,event\n1,0\n2,0\n'), ...TIMES);
    expect(code).toBe(0);
    expect(out).toContain('median not reached');
    expect(err).toContain('no row has an event');
  });

  it('is refused where it is a folder, absent, or no UTF-8', async () => {
    const file = await table(Uint8Array.of(0xff, 0xfe, 0x41, 0x00));
    expect((await stats('km', file, ...TIMES)).err).toContain('is not UTF-8 text');
    const missing = await stats('km', `${file}.not`, ...TIMES, '--json');
    expect(missing.code).toBe(1);
    expect(missing.json()).toMatchObject({ error: { code: 'file-missing' } });
    expect((await stats('km', file.slice(0, file.lastIndexOf('/')), ...TIMES)).err).toContain('it is a folder');
  });

  it('cannot steer the terminal', async () => {
    const file = await table('time,event,g\n1,1,\u001b[31mred\n2,1,plain text that is longer than the sign\n3,0,b\n');
    for (const method of ['km', 'logrank']) {
      const { code, out } = await stats(method, file, ...TIMES, '--by', 'g');
      expect(code).toBe(0);
      expect(out).toContain('\\x1b[31mred');
      expect(out).not.toContain('\u001b');
    }
  });

  it('gives an answer or a typed error, whatever was done to it', async () => {
    const outcomes = new Set<string>();
    const change = fc.record({
      at: fc.nat(GOOD.length - 1),
      drop: fc.nat(3),
      put: fc.oneof(
        fc.constantFrom(
          '',
          ',',
          '"',
          '\n',
          '\t',
          ';',
          '#',
          '-',
          'e',
          '.',
          '9',
          'NA',
          '\u0000',
          'Infinity',
          '1e308',
          '1e-308',
        ),
        fc.string(),
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(
          ['cox', ...COX],
          ['cox', '--time', 'time', '--event', 'event', '--factor', 'x', '--firth'],
          ['zph', ...COX],
          ['km', ...TIMES, '--by', 'x', '--tau', '3', '--at', '2'],
          ['logrank', ...TIMES, '--by', 'x'],
          ['cloglog', ...COX],
          ['spearman', '--x', 'time', '--y', 'x'],
          ['mannwhitney', '--value', 'time', '--by', 'x'],
          ['randomeffects', '--value', 'x', '--se', 'time'],
          ['bootstrap', '--value', 'time', '--replicates', '50'],
        ),
        async (changes, [method, ...argv]) => {
          let text = GOOD;
          for (const { at, drop, put } of changes) text = text.slice(0, at) + put + text.slice(at + drop);
          const outcome = await stats(method, await table(text, 'mutated.csv'), ...argv, '--json');
          const { error } = outcome.json() as { error?: { code: string; message: string } };
          outcomes.add(error?.code ?? 'answer');
          if (error === undefined) expect(outcome.code).toBe(0);
          else expect(['table-malformed', 'stats-input', 'file-unreadable'], error.message).toContain(error.code);
          expect(outcome.out).not.toContain('"NaN"');
        },
      ),
      { numRuns: 1500, seed: 20 },
    );
    expect([...outcomes].sort()).toEqual(expect.arrayContaining(['answer', 'stats-input', 'table-malformed']));
  });
});
