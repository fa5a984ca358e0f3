/** Means from a table: over runs that differ, and by resampling. */
import { bootstrap, median, randomEffects } from '../../stats';
import { Columns } from './columns';
import { interval, number, pValue, type Answer, type Method } from './method';

const randomeffects: Method = {
  about: 'mean over runs that differ, with prediction interval',
  help: `ontoscope stats randomeffects TABLE --value V --se S [options]

  --value V            column of the estimate of each run; ratios as logarithms
  --se S               column of its standard error
  --tau2 KIND          paule-mandel (default) or dersimonian-laird
  --interval KIND      hartung-knapp (default) or wald`,
  table: 'needed',
  options: {
    value: { type: 'string' },
    se: { type: 'string' },
    tau2: { type: 'string' },
    interval: { type: 'string' },
  },
  run(given, table): Answer {
    given.required('value', 'se');
    const options = {
      level: given.level(),
      tau2: given.choice('tau2', ['paule-mandel', 'dersimonian-laird'], 'paule-mandel'),
      interval: given.choice('interval', ['hartung-knapp', 'wald'], 'hartung-knapp'),
    } as const;
    const rows = new Columns(given, table).numbers('value').numbers('se').complete();
    const result = rows.run(() => randomEffects(rows.numbers('value'), rows.numbers('se'), options));
    const { mean, p, tau2, i2, q, qP, prediction } = result;
    const next = prediction ? `; one more run: [${number(prediction.lo)}, ${number(prediction.hi)}]` : '';
    return {
      json: { ...result },
      lines: [
        `mean ${interval(mean)}, ${mean.n} runs, p ${pValue(p)} (${mean.method})`,
        `tau² ${number(tau2)}, I² ${number(i2)}, Q ${number(q)}, p ${pValue(qP)}${next}`,
      ],
      warnings: mean.warnings ?? [],
      dropped: rows.dropped,
    };
  },
};

const STATISTICS = {
  mean: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length,
  median,
};

const bootstrapMethod: Method = {
  about: 'mean or median with a bootstrap interval, by row or by run',
  help: `ontoscope stats bootstrap TABLE --value V [options]

  --value V            column of numbers
  --statistic KIND     mean (default) or median
  --cluster ID         whole clusters are drawn: rows of one run are not independent
  --interval KIND      bca (default) or percentile
  --replicates N       default 2000
  --seed N             equal seeds give equal intervals (default 1)`,
  table: 'needed',
  options: {
    value: { type: 'string' },
    statistic: { type: 'string' },
    cluster: { type: 'string' },
    interval: { type: 'string' },
    replicates: { type: 'string' },
    seed: { type: 'string' },
  },
  run(given, table): Answer {
    given.required('value');
    const kind = given.choice('statistic', ['mean', 'median'], 'mean');
    const seed = given.number('seed', { fallback: 1, min: 0, max: 2 ** 32 - 1, integer: true });
    const options = {
      seed,
      replicates: given.number('replicates', { fallback: 2000, min: 50, max: 1e6, integer: true }),
      level: given.level(),
      interval: given.choice('interval', ['bca', 'percentile'], 'bca'),
    } as const;
    const rows = new Columns(given, table).numbers('value').labels('cluster').complete();
    const values = rows.numbers('value');
    const { cluster } = rows.someLabels('cluster');
    const statistic = (drawn: Int32Array) => STATISTICS[kind](Array.from(drawn, (i) => values[i]!));
    const { replicates: _replicates, ...estimate } = rows.run(() =>
      bootstrap(values.length, statistic, { ...options, ...(cluster === undefined ? {} : { clusters: cluster }) }),
    );
    return {
      json: { statistic: kind, seed, estimate },
      lines: [`${kind} ${interval(estimate)}, n = ${estimate.n} (${estimate.method}, seed ${seed})`],
      warnings: estimate.warnings ?? [],
      dropped: rows.dropped,
    };
  },
};

export const MEAN_METHODS: Record<string, Method> = { randomeffects, bootstrap: bootstrapMethod };
