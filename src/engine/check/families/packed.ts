/** Weights in f16, int8 and NF4: every loader in every kernel that reads a packed weight. */
import { doraFactors } from '../../ops/dora';
import { linear, linearInputGrad } from '../../ops/linear';
import { addPositionRows, embedTokens, vocabularyShards } from '../../ops/rows';
import type { Storage } from '../../precision/kinds';
import { rowNorms } from '../../reference/dora';
import { embeddingGather, linear as product, linearInputGradient } from '../../reference/linear';
import { storedValues } from '../../reference/stored';
import { floats } from '../numbers';
import { packedWeight } from '../stored-weight';
import type { RunTrial } from '../trial';
import { near, same, type Comparison, type FamilyCheck } from '../types';

const STORAGES = ['f16', 'int8', 'nf4', 'nf4-double'] as const satisfies Storage[];
/** More blocks than share one scale of scales. */
const [M, N, K, RANK] = [5, 132, 132, 4];

async function products(run: RunTrial, storage: Storage): Promise<Comparison[]> {
  const [x, dy] = [floats(1, M * K), floats(2, M * N)];
  const [a, b, magnitude] = [floats(4, RANK * K), floats(5, N * RANK), floats(6, N)];
  const { words } = packedWeight(floats(3, N * K), [N, K], storage);
  const found = await run((t) => {
    const w = { ...t.input(words), storage };
    const [y, dx, norm, factor] = [t.output(M * N), t.output(M * K), t.output(N), t.output(N)];
    linear(t.plan, { x: t.input(x), w, y, m: M, n: N, k: K });
    linearInputGrad(t.plan, { dy: t.input(dy), w, dx, m: M, n: N, k: K });
    const given = { w, a: t.input(a), b: t.input(b), magnitude: t.input(magnitude) };
    doraFactors(t.plan, { outputs: N, inputs: K, rank: RANK, scale: 0.7 }, { ...given, norm, factor });
    return () => Promise.all([y, dx, norm].map((tensor) => t.floats(tensor)));
  });
  const w = storedValues(words, [N, K], storage);
  const norms = rowNorms(w, a, b, { outSize: N, inSize: K, rank: RANK, scale: 0.7 });
  return [
    near(`x·Wᵀ with W in ${storage}`, found[0]!, product(x, w, M, K, N), 4e-6),
    near(`gradient of the input with W in ${storage}`, found[1]!, linearInputGradient(dy, w, M, K, N), 4e-6),
    near(`norms of rows with W in ${storage}`, found[2]!, norms, 4e-6),
  ];
}

async function tables(run: RunTrial): Promise<Comparison[]> {
  const [vocab, width] = [129, 20];
  const ids = Uint32Array.of(0, 1, 63, 64, 128, 64, 65);
  const { words } = packedWeight(floats(1, vocab * width), [vocab, width], 'f16');
  const x = floats(2, ids.length * width);
  const found = await run((t) => {
    const table = { ...t.input(words), storage: 'f16' as const };
    const [y, added] = [t.output(x.length), t.output(x.length)];
    const shards = vocabularyShards(vocab, width, 64 * width * 4);
    embedTokens(t.plan, { rows: ids.length, width, shards }, { ids: t.input(ids), table, y });
    const tensors = { positions: t.input(ids), table, x: t.input(x), y: added };
    addPositionRows(t.plan, { rows: ids.length, width }, tensors);
    return () => Promise.all([y, added].map((tensor) => t.floats(tensor)));
  });
  const rows = embeddingGather(storedValues(words, [vocab, width], 'f16'), ids, width);
  return [
    same('look-up in an f16 table', found[0]!, rows),
    near('positions from an f16 table', found[1]!, rows.map((value, i) => value + x[i]!), 2e-6),
  ]; // prettier-ignore
}

export const packedCheck: FamilyCheck = {
  name: 'packed',
  title: 'Packed weights: f16, int8, NF4',
  async run(run) {
    const comparisons: Comparison[] = [];
    for (const storage of STORAGES) comparisons.push(...(await products(run, storage)));
    return [...comparisons, ...(await tables(run))];
  },
};
