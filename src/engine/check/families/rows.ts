/** Rows that are moved, looked up and dropped out: mostly exact. */
import { ABSENT } from '../../decoder/inputs';
import { drop } from '../../ops/dropout';
import {
  addPositionRows,
  addPositionRowsGrad,
  embedTokens,
  embedTokensGrad,
  gather,
  scatter,
  vocabularyShards,
} from '../../ops/rows';
import { dropout } from '../../reference/elementwise';
import { embeddingBackward, embeddingGather } from '../../reference/linear';
import { floats } from '../numbers';
import { near, same, type FamilyCheck } from '../types';

const [VOCAB, WIDTH, ROWS] = [7, 20, 6];
const IDS = Uint32Array.of(0, 1, 2, 0, 6, 1);
/** Tokens in the order of their ids, and {id, first, end} of every id that there is. */
const ORDER = Uint32Array.of(0, 3, 1, 5, 2, 4);
const GROUPS = Uint32Array.of(0, 0, 2, 1, 2, 4, 2, 4, 5, 6, 5, 6, ABSENT, 0, 0, ABSENT, 0, 0);
const SLOTS = Uint32Array.of(1, ABSENT, 0, ABSENT, ABSENT, 2);
const DRAW = { rate: 0.3, seed: 4294967295, step: 4000, row: 3, site: 7 };

export const rowsCheck: FamilyCheck = {
  name: 'rows',
  title: 'Embedding, rows, dropout',
  async run(run) {
    const size = ROWS * WIDTH;
    const [table, x, dx, dy] = [floats(1, VOCAB * WIDTH), floats(2, size), floats(3, size), floats(4, 3 * WIDTH)];
    const found = await run((t) => {
      const shape = { rows: ROWS, width: WIDTH, shards: vocabularyShards(VOCAB, WIDTH, 2 ** 27) };
      const [ids, tt, tx, tdx] = [t.input(IDS), t.input(table), t.input(x), t.input(dx)];
      const [y, positioned, gathered, scattered, dropped] = [size, size, 3 * WIDTH, size, size].map((n) => t.output(n));
      const [dtable, dpositions] = [t.input(new Float32Array(table.length)), t.input(new Float32Array(table.length))];
      embedTokens(t.plan, shape, { ids, table: tt, y: y! });
      embedTokensGrad(t.plan, shape, { order: t.input(ORDER), groups: t.input(GROUPS), dx: tdx, dtable });
      addPositionRows(t.plan, shape, { positions: ids, table: tt, x: tx, y: positioned! });
      addPositionRowsGrad(t.plan, { ...shape, context: VOCAB }, { positions: ids, dx: tdx, dtable: dpositions });
      gather(t.plan, { rows: 3, width: WIDTH }, { index: t.input(Uint32Array.of(3, 0, ABSENT)), x: tx, y: gathered! });
      scatter(t.plan, shape, { slot: t.input(SLOTS), dy: t.input(dy), dx: scattered! });
      const draw = t.input(Uint32Array.of(DRAW.seed, DRAW.step, DRAW.row));
      drop(t.plan, { ...DRAW, elements: size }, { draw, x: tx, y: dropped! });
      const all = [y!, dtable, positioned!, dpositions, gathered!, scattered!, dropped!];
      return () => Promise.all(all.map((tensor) => t.floats(tensor)));
    });
    const rows = embeddingGather(table, IDS, WIDTH);
    const row = (values: Float32Array, at: number) => values.subarray(at * WIDTH, (at + 1) * WIDTH);
    const scattered = [...SLOTS].flatMap((slot) =>
      slot === ABSENT ? Array<number>(WIDTH).fill(0) : [...row(dy, slot)],
    );
    return [
      same('embedding', found[0]!, rows),
      near('gradient of the embedding', found[1]!, embeddingBackward(dx, IDS, VOCAB, WIDTH), 2e-6),
      near('learned positions', found[2]!, rows.map((value, i) => value + x[i]!), 2e-6),
      near('gradient of learned positions', found[3]!, embeddingBackward(dx, IDS, VOCAB, WIDTH), 2e-6),
      same('rows gathered', found[4]!, [...row(x, 3), ...row(x, 0), ...new Float32Array(WIDTH)]),
      same('rows put back', found[5]!, scattered),
      near('dropout', found[6]!, dropout(x, DRAW), 2e-6),
    ]; // prettier-ignore
  },
};
