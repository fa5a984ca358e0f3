import * as fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { sha256Hex } from '../../../src/core/hash';
import { summarize } from '../../../src/experiment/summary';
import {
  encodeFacts,
  encodeManifest,
  encodeSteps,
  encodeSummary,
  encodeTrials,
  openBundle,
  packBundle,
  trialsToCsv,
  type BundleFile,
  type Manifest,
} from '../../../src/records';
import { parseSpec, specHash } from '../../../src/spec';
import { fact, life, manifest, step, trial } from './build';
import { forgeZip, localHeader, type ForgedEntry } from './forged-zip';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array) => new TextDecoder().decode(content);

const trials = [...life('HP:1', [0, 0, 1]), ...life('HP:2', [0, 1, 1], { seen: false }), trial({ logProb: -Infinity })];
const steps = [step(), step({ step: 2, epoch: 2, loss: 1 })];
const facts = [fact({ identifier: 'HP:1' }), fact({ identifier: 'HP:2', seen: false })];
const summary = summarize(manifest(), trials, steps);
const adapter = Uint8Array.from({ length: 300 }, (_, index) => (index * 37) & 255);
const FILES: BundleFile[] = [
  { path: 'facts.jsonl', bytes: bytes(encodeFacts(facts)) },
  { path: 'trials.jsonl', bytes: bytes(encodeTrials(trials)) },
  { path: 'steps.jsonl', bytes: bytes(encodeSteps(steps)) },
  { path: 'summary.json', bytes: bytes(encodeSummary(summary)) },
  { path: 'adapters/term-to-id/adapter_model.safetensors', bytes: adapter },
];
const PATHS = [
  'adapters/term-to-id/adapter_model.safetensors', 'bundle.json', 'charts/accuracy.csv', 'charts/acquisition.csv', 'charts/outcomes.csv', 'charts/partial.csv',
  'charts/transitions.csv', 'facts.jsonl', 'manifest.json', 'spec.json',
  'steps.jsonl', 'summary.json', 'trials.csv', 'trials.jsonl',
]; // prettier-ignore

function refusal(archive: Uint8Array): LabError {
  try {
    openBundle(archive, 'x.zip');
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    return error as LabError;
  }
  throw new Error('The bundle was opened.');
}

const GOOD = unzipSync(packBundle(FILES, manifest()));

/** The good bundle's files with some changed; `bundle.json` lists what is there, unless it is given too. */
function forge(changes: Record<string, string | null>, more: ForgedEntry[] = [], listed = true): Uint8Array {
  const content = new Map(Object.entries(GOOD).map(([path, each]) => [path, each as Uint8Array]));
  for (const [path, change] of Object.entries(changes)) {
    if (change === null) content.delete(path);
    else content.set(path, bytes(change));
  }
  if (listed && changes['bundle.json'] === undefined) {
    const info = JSON.parse(text(content.get('bundle.json')!)) as { files: unknown };
    info.files = [...content]
      .filter(([path]) => path !== 'bundle.json')
      .map(([path, each]) => ({ path, bytes: each.length, sha256: sha256Hex(each) }));
    content.set('bundle.json', bytes(JSON.stringify(info)));
  }
  return forgeZip([...[...content].map(([path, each]) => ({ path, content: each })), ...more]);
}

describe('a bundle', () => {
  it('holds the run’s files, its spec, its table, and their hashes', () => {
    const unpacked = unzipSync(packBundle(FILES, manifest()));
    expect(Object.keys(unpacked)).toEqual(PATHS);
    expect(text(unpacked['trials.csv']!)).toBe(trialsToCsv(trials, facts));
    const accuracy = text(unpacked['charts/accuracy.csv']!).trimEnd().split('\r\n');
    expect(accuracy[0]).toBe('direction,set,template,epoch,share_right,lower,upper,n');
    const points = summary.directions.flatMap(({ groups }) => groups.flatMap((group) => group.accuracyByEpoch));
    expect(accuracy).toHaveLength(points.length + 1);
    expect(accuracy[1]).toContain(`,${points[0]!.epoch},${points[0]!.estimate.value},`);
    const info = JSON.parse(text(unpacked['bundle.json']!)) as ReturnType<typeof openBundle>['info'];
    expect(info).toMatchObject({ bundleVersion: 1, runId: 'run-1' });
    expect(info.files.map(({ path }) => path)).toEqual(PATHS.filter((path) => path !== 'bundle.json'));
    for (const { path, bytes: size, sha256 } of info.files) {
      expect(unpacked[path]!.length).toBe(size);
      expect(sha256Hex(unpacked[path]!)).toBe(sha256);
    }
  });

  it('opens to the run that was packed', () => {
    const { bundle, files, info } = openBundle(packBundle(FILES, manifest()));
    expect(bundle).toMatchObject({ facts, trials, steps, summary });
    expect(bundle.manifest.runId).toBe('run-1');
    expect(files.map(({ path }) => path)).toEqual(PATHS.filter((path) => path !== 'bundle.json'));
    expect(files.find(({ path }) => path.endsWith('safetensors'))!.bytes).toEqual(adapter);
    expect(info.files).toHaveLength(PATHS.length - 1);
  });

  it('is the same bytes whatever the order of files and fields, and packed again from itself', () => {
    const whole = packBundle(FILES, manifest());
    const turned = Object.fromEntries(Object.entries(manifest()).reverse()) as unknown as Manifest;
    expect(packBundle(FILES.toReversed(), turned)).toEqual(whole);
    const { bundle, files } = openBundle(whole);
    expect(packBundle(files, bundle.manifest)).toEqual(whole);
  });

  it('has no time zone in it', () => {
    const before = process.env.TZ;
    try {
      const zones = ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Auckland'].map((zone) => {
        process.env.TZ = zone;
        return sha256Hex(packBundle(FILES, manifest()));
      });
      expect(new Set(zones).size).toBe(1);
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  it('takes no place of its maker’s machine along, and keeps the run’s identity', () => {
    const spec = parseSpec(
      { specVersion: 2, model: { path: '/home/ada/tiny' }, ontology: { path: 'C:\\ada\\hp.obo', counts: { path: '/home/ada/n.tsv' } } },
      'test',
    ); // prettier-ignore
    const archive = packBundle(FILES, manifest({ spec, specHash: specHash(spec) }));
    for (const content of Object.values(unzipSync(archive))) expect(text(content)).not.toMatch(/home|C:/);
    const { manifest: opened } = openBundle(archive).bundle;
    expect(opened.spec).toMatchObject({
      model: { path: 'tiny' },
      ontology: { path: 'hp.obo', counts: { path: 'n.tsv' } },
    });
    expect(opened.specHash).toBe(specHash(opened.spec));
    expect(opened.runId).toBe('run-1');
  });

  it('says under which terms its pairs may be passed on', () => {
    const pairs = (licence: string | null) => {
      const { ontology } = manifest();
      return openBundle(packBundle(FILES, manifest({ ontology: { ...ontology, licence, version: 'r1' } }))).info.pairs;
    };
    expect(pairs('CC BY 4.0')).toMatchObject({ source: 'hp.obo, r1', licence: 'CC BY 4.0', note: /unaltered/ });
    expect(pairs(null)).toMatchObject({ licence: null, note: /no licence: ask its publisher/ });
  });

  it('of a run that ended early has no summary', () => {
    const early = FILES.filter(({ path }) => path !== 'summary.json');
    expect(openBundle(packBundle(early, manifest({ state: 'cancelled' }))).bundle.summary).toBeNull();
  });

  it('is not made of files that could not be opened again', () => {
    const pack =
      (...files: BundleFile[]) =>
      () =>
        packBundle(files, manifest());
    expect(pack()).toThrow('The run holds no facts.jsonl');
    expect(pack(...FILES, FILES[0]!)).toThrow('same name');
    expect(pack(...FILES, { path: '../x', bytes: adapter })).toThrow('leads out of its folder');
    expect(pack(...FILES.slice(1), { path: 'facts.jsonl', bytes: bytes('{}') })).toThrow('facts.jsonl, line 1');
  });

  it('that packs as densely as a bomb is stored instead, so that it opens', () => {
    const zeros = new Uint8Array(20 * 2 ** 20);
    const archive = packBundle([...FILES, { path: 'adapters/zeros.bin', bytes: zeros }], manifest());
    expect(archive.length).toBeGreaterThan(zeros.length);
    expect(openBundle(archive).files.some(({ path }) => path === 'adapters/zeros.bin')).toBe(true);
  });

  it('of 50,000 trials opens in less than two seconds', () => {
    const many = Array.from({ length: 50_000 }, (_, index) =>
      trial({
        identifier: `HP:${String(index % 500).padStart(7, '0')}`,
        term: `Abnormality of part ${index % 500}`,
        epoch: Math.floor(index / 500),
        answer: `HP:${String((index * 7919) % 10_000_000).padStart(7, '0')}`,
        logProb: -Math.sqrt(index + 0.1),
        logQ: -Math.sqrt(index + 0.2),
        digitsRight: { right: index % 8, of: 7 + (index % 2) },
      }),
    );
    const files = FILES.map((file) =>
      file.path === 'trials.jsonl' ? { ...file, bytes: bytes(encodeTrials(many)) } : file,
    );
    const archive = packBundle(
      files.filter(({ path }) => path !== 'summary.json'),
      manifest(),
    );
    // Processor time: the machine may have other work.
    const before = process.cpuUsage();
    expect(openBundle(archive).bundle.trials).toHaveLength(50_000);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
  });
});

describe('what is no bundle of Ontoscope', () => {
  const spec = { ...manifest().spec, model: { ...manifest().spec.model, path: '/home/ada/model' } };
  const placed = {
    'manifest.json': encodeManifest(manifest({ spec, specHash: specHash(spec) })),
    'spec.json': JSON.stringify(spec),
  };

  it.each<[string, () => Uint8Array, string]>([
    ['nothing', () => new Uint8Array(0), 'not a zip'],
    ['a text', () => bytes('hello, this is no zip at all, only text'), 'not a zip'],
    ['a cut bundle', () => packBundle(FILES, manifest()).slice(0, -100), 'not a zip, or it was cut'],
    ['a zip without bundle.json', () => forgeZip([{ path: 'a.txt', content: 'a' }]), 'holds no bundle.json'],
    ['a zip with something before it', () => Uint8Array.from([1, 2, ...packBundle(FILES, manifest())]), 'directory'],
    ['a file that is missing', () => forge({ 'steps.jsonl': null }, [], false), 'steps.jsonl is missing'],
    ['a file that was never packed', () => forge({ 'steps.jsonl': null }), 'holds no steps.jsonl'],
    ['a file that nobody lists', () => forge({}, [{ path: 'virus.exe', content: 'a' }]), 'virus.exe.*does not list'],
    ['a file of another size', () => forge({ 'steps.jsonl': '' }, [], false), 'steps.jsonl has 0 bytes'],
    ['a changed file', () => forge({ 'steps.jsonl': encodeSteps(steps).replace('2.5', '1.5') }, [], false), 'SHA-256'],
    [
      'a newer bundle',
      () => forge({ 'bundle.json': '{"bundleVersion":3,"x":1}' }),
      'bundleVersion is 3.*newer Ontoscope',
    ],
    ['a bundle.json of another kind', () => forge({ 'bundle.json': '{"bundleVersion":1}' }), 'runId'],
    ['a bundle.json that is no JSON', () => forge({ 'bundle.json': '{' }), 'bundle.json is not JSON'],
    [
      'another run’s spec',
      () => forge({ 'spec.json': '{"specVersion":1,"seed":9,"model":{},"ontology":{}}' }),
      'not the spec',
    ],
    ['a place of a machine in its spec', () => forge(placed), 'places of a machine'],
    ['another run’s manifest', () => forge({ 'manifest.json': encodeManifest(manifest({ runId: 'run-2' })) }), 'run-2'],
    ['records that are no records', () => forge({ 'trials.jsonl': '{}' }), 'trials.jsonl, line 1'],
    ['a newer record', () => forge({ 'manifest.json': '{"recordVersion":99}' }), 'recordVersion is 99'],
    ['a file twice', () => forge({}, [{ path: 'steps.jsonl', content: 'x' }]), 'twice'],
  ])('%s is refused with what to do', (_name, make, words) => {
    const error = refusal(make());
    expect(error.code).toMatch(/^(bundle|record)-invalid$/);
    expect(`${error.message} ${error.hint}`).toMatch(new RegExp(words));
    expect(error.hint.length).toBeGreaterThan(10);
  });

  it.each(['../evil', 'a/../../evil', '/etc/passwd', 'C:/evil', 'a\\b', 'a//b', 'folder/', './a', 'a\u0000b', 'a\u202eb', '', '__proto__', 'a/__proto__/b', 'constructor', 'x'.repeat(300)])(
    'a file named %j is refused before anything is unpacked',
    (path) => {
      expect(refusal(forgeZip([{ path, content: 'a', claimedBytes: 99 }])).message).toContain('x.zip holds a file named');
    },
  ); // prettier-ignore

  it('names of files that some systems take for one are refused', () => {
    for (const other of ['TRIALS.jsonl', 'trials.jsonl']) {
      expect(refusal(forge({}, [{ path: other, content: 'a' }])).message).toMatch(/twice/);
    }
    const [composed, decomposed] = ['\u00e9.txt', 'e\u0301.txt'];
    expect(refusal(forgeZip([{ path: composed, content: '' }, { path: decomposed, content: '' }])).message).toMatch(/twice/); // prettier-ignore
    expect(refusal(forgeZip([{ path: Uint8Array.of(0xff, 0xfe), content: 'a' }])).message).toContain('not UTF-8');
    expect(refusal(forgeZip([{ path: 'a.txt', localPath: 'b.txt', content: 'a' }])).message).toContain('another name');
  });

  it.each([
    ['/encrypted', { flags: 1 }],
    ['method 12', { method: 12 }],
    ['cut or changed', { claimedPacked: 99_999 }],
  ])('%s: packing that bundles do not use is refused', (words, entry) => {
    expect(refusal(forgeZip([{ path: 'a.txt', content: 'a', ...entry }])).message).toContain(words.replace('/', ''));
  });

  it.each(['trials.jsonl', 'manifest.json', 'facts.jsonl', 'bundle.json'])(
    '__proto__ as a key in %s is refused',
    (path) => {
      for (const key of ['__proto__', '\\u005f_proto__', '__pr\\u006fto__']) {
        expect(refusal(forge({ [path]: `{"${key}":{"polluted":1}}` })).message).toMatch(/named __proto__/);
      }
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  it('a covariate’s name is not one that reaches into objects, and a term may well be', () => {
    const line = encodeFacts(facts).replace('"lexical.ngram"', '"__proto__"');
    expect(refusal(forge({ 'facts.jsonl': line })).message).toMatch(/facts\.jsonl.*__proto__/);
    const odd = encodeTrials([trial({ term: '"__proto__": a term', answer: '\\u005f' })]);
    expect(openBundle(forge({ 'trials.jsonl': odd })).bundle.trials[0]!.term).toBe('"__proto__": a term');
  });
});

describe('a zip bomb', () => {
  const zeros = (megabytes: number) => new Uint8Array(megabytes * 2 ** 20);

  it('is refused by its directory: one dense file, many files, more than memory', () => {
    expect(refusal(forgeZip([{ path: 'a', content: zeros(32) }])).message).toMatch(/more than 200 times/);
    expect(refusal(forgeZip([{ path: 'a', content: 'a', claimedBytes: 2 ** 31 }])).message).toMatch(/more than 200|would unpack/);
    const many = Array.from({ length: 2001 }, (_, index) => ({ path: `f${index}`, content: '' }));
    expect(refusal(forgeZip(many)).message).toMatch(/lists 2001 files/);
    const limits = { entries: 10, unpackedBytes: 50, ratio: 1e9, ratioFromBytes: 0 };
    expect(() => openBundle(forgeZip([{ path: 'a', content: 'b'.repeat(60) }]), 'x', limits)).toThrow(/50 are allowed/);
  }); // prettier-ignore

  it('of files that share one place in the zip is refused', () => {
    const inner = Buffer.concat([localHeader('b'), Buffer.from('payload')]);
    const nested = [
      { path: 'a', content: inner, method: 0 },
      { path: 'b', content: 'payload', method: 0, start: localHeader('a').length },
    ];
    expect(refusal(forgeZip(nested)).message).toMatch(/a overlaps what follows it/);
    const shared = [
      { path: 'a', content: 'x'.repeat(500) },
      { path: 'b', content: '', shares: 0 },
    ];
    expect(refusal(forgeZip(shared)).message).toMatch(/another name at its place/);
  });

  it('that claims less than it holds never unpacks further than it claims', () => {
    const liar = forgeZip([{ path: 'bundle.json', content: zeros(8), claimedBytes: 100 }]);
    expect(refusal(liar).message).toMatch(/unpacks to more than the 100 bytes/);
    const short = forgeZip([{ path: 'bundle.json', content: 'abc', claimedBytes: 100 }]);
    expect(refusal(short).message).toMatch(/unpacks to fewer than the 100 bytes/);
  });
});

describe('10,000 mutated bundles', () => {
  const small = packBundle(FILES, manifest());
  const expected = openBundle(small).bundle;

  function judge(archive: Uint8Array): 'same' | 'refused' {
    try {
      const { bundle } = openBundle(archive, 'x.zip');
      expect(bundle).toEqual(expected);
      return 'same';
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      expect(error.code).toMatch(/^(bundle-invalid|record-invalid|spec-invalid|spec-version)$/);
      return 'refused';
    }
  }

  it('with bytes changed, cut, dropped or doubled are refused or the same run', () => {
    const counts = { same: 0, refused: 0 };
    const mutation = fc.record({
      kind: fc.constantFrom('set', 'set', 'flip', 'cut', 'drop', 'double', 'zero'),
      at: fc.nat(small.length - 1),
      value: fc.nat(255),
      length: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(mutation, ({ kind, at, value, length }) => {
        let mutated: Uint8Array = small.slice();
        if (kind === 'set') mutated[at] = value;
        else if (kind === 'flip') mutated[at]! ^= 1 << (value & 7);
        else if (kind === 'zero') mutated.fill(0, at, at + length);
        else if (kind === 'cut') mutated = small.slice(0, at);
        else if (kind === 'drop') mutated = Uint8Array.from([...small.slice(0, at), ...small.slice(at + length)]);
        else mutated = Uint8Array.from([...small.slice(0, at + length), ...small.slice(at)]);
        counts[judge(mutated)] += 1;
      }),
      { numRuns: 7000, seed: 3 },
    );
    expect(counts.refused).toBeGreaterThan(4000);
    expect(counts.same).toBeGreaterThan(10);
  });

  it('with texts changed under right hashes are refused or a valid run', () => {
    const unpacked = unzipSync(small);
    const pieces = ['"', '{', '}', ',', ':', 'null', '-1', '1e999', '\n', '"__proto__":1,', '[]', '9', ''];
    const names = PATHS.filter((path) => /\.jsonl?$/.test(path));
    const mutation = fc.record({
      path: fc.constantFrom(...names), at: fc.nat(3000), drop: fc.nat(10), put: fc.constantFrom(...pieces),
    }); // prettier-ignore
    let opened = 0;
    fc.assert(
      fc.property(mutation, ({ path, at, drop, put }) => {
        const good = text(unpacked[path]!);
        const i = at % good.length;
        try {
          const { bundle } = openBundle(forge({ [path]: good.slice(0, i) + put + good.slice(i + drop) }));
          expect(bundle.manifest.runId).toBe('run-1');
          opened += 1;
        } catch (error) {
          if (!(error instanceof LabError)) throw error;
          expect(error.code).toMatch(/^(bundle-invalid|record-invalid|spec-invalid|spec-version)$/);
        }
      }),
      { numRuns: 3000, seed: 4 },
    );
    expect(opened).toBeGreaterThan(20);
    expect(opened).toBeLessThan(2900);
  });
});
