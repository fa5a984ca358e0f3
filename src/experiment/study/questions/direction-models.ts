/**
 * Are facts acquired sooner in one direction? Survival models over both directions, with the direction as a term; across the
 * grid also its product with every level.
 *
 * Promises: both questions about a pair are one cluster.
 */
import { DIRECTIONS, type Direction } from '../../../core/direction';
import type { StudyRow } from '../../../records';
import type { DesignFactor, PlacedRow } from '../design';
import type { RunDigest } from '../digest';
import { survivalRows } from '../pooled-survival';
import { ALL_RUNS, type PooledRuns } from './types';

/** A factor of the grid may have the plain name. */
const NAMES = ['direction', 'asked direction'];

export function directionModelRows({ points, runs, factors, analysis: { level } }: PooledRuns): StudyRow[] {
  const name = NAMES.find((free) => runs.every(({ levels }) => !Object.hasOwn(levels, free))) ?? NAMES.at(-1)!;
  // The hazard of the first direction over that of the second.
  const direction: DesignFactor = { name, levels: [...DIRECTIONS].reverse() };
  const term = `${name}=${DIRECTIONS[0]}`;
  const model = (point: string, members: readonly RunDigest[], across: readonly DesignFactor[]): StudyRow[] => {
    const products = across.flatMap(({ name: factor, levels }) =>
      levels.slice(1).map((at): Product => ({ name: `${term}:${factor}=${at}`, factor, at })),
    );
    const rows = DIRECTIONS.flatMap((asked) => members.flatMap((run) => placed(run, asked, name, products)));
    if (new Set(rows.map(({ place }) => place.levels[name])).size < DIRECTIONS.length) return [];
    return survivalRows({
      ...{ point, direction: 'both', event: 'acquisition', rows, rehearsed: 0, level },
      factors: [direction, ...across],
      covariates: products.map((product) => product.name),
      strata: across.length === 0 ? 'run' : 'seed',
    });
  };
  return [
    ...points.flatMap(({ point, members }) => model(point, members, [])),
    ...(factors.length === 0 ? [] : model(ALL_RUNS, runs, factors)),
  ];
}

/** 1 for questions of the first direction at a level. */
interface Product {
  name: string;
  factor: string;
  at: string;
}

function placed(run: RunDigest, direction: Direction, name: string, products: readonly Product[]): PlacedRow[] {
  const { levels } = run;
  const place = { ...run, levels: { ...levels, [name]: direction } };
  const pairs = new Map(run.facts.filter((fact) => fact.direction === direction).map(({ fact, pair }) => [fact, pair]));
  const values = Object.fromEntries(
    products.map((product) => [
      product.name,
      Number(direction === DIRECTIONS[0] && levels[product.factor] === product.at),
    ]),
  );
  return run.events
    .filter((own) => own.event === 'acquisition' && own.direction === direction)
    .flatMap(({ rows }) => rows.map((row) => ({ ...row, place, fact: pairs.get(row.fact) ?? row.fact, values })));
}
