/** Cox models from a table: the fit, and the test of its proportional hazards. */
import {
  coxConcordance,
  coxFit,
  proportionalHazardsTest,
  TIES,
  ZPH_TRANSFORMS,
  type ChiSquareTest,
  type CoxFit,
} from '../../stats';
import { Columns } from './columns';
import { interval, layout, number, pValue, type Answer, type Method } from './method';
import { REGRESSION_HELP, REGRESSION_OPTIONS, regressionOf, type Regression } from './regression';
import { TIME_HELP, TIME_OPTIONS, timeColumns } from './survival-columns';
import type { DataTable } from './table';
import type { Given } from './values';

const OPTIONS = {
  ...TIME_OPTIONS,
  ...REGRESSION_OPTIONS,
  strata: { type: 'string' },
  ties: { type: 'string' },
  firth: { type: 'boolean' },
  robust: { type: 'boolean' },
  profile: { type: 'boolean' },
} as const;

const HELP = `${TIME_HELP}
${REGRESSION_HELP}
  --strata X           a baseline hazard of its own for each value
  --ties KIND          efron (default), breslow or exact
  --firth              penalised likelihood, finite under separation
  --robust             robust standard errors also without clusters
  --profile            intervals and p from the profile likelihood instead of Wald's`;

function fitCox(given: Given, table: DataTable): Regression & { fit: CoxFit } {
  given.required('time', 'event');
  const regression = regressionOf(given, table, timeColumns(new Columns(given, table)).labels('strata'));
  const { rows, design } = regression;
  const data = {
    time: rows.numbers('time'),
    event: rows.numbers('event'),
    x: design.x,
    names: design.names,
    ...rows.someNumbers('start', 'weights', 'offset'),
    ...rows.someLabels('strata', 'cluster'),
  };
  const fit = rows.run(() =>
    coxFit(data, {
      ties: given.choice('ties', TIES, 'efron'),
      method: given.flag('firth') ? 'firth' : 'likelihood',
      level: given.level(),
      profileInterval: given.flag('profile'),
      ...(given.flag('robust') ? { robust: true } : {}),
    }),
  );
  return { ...regression, fit };
}

const testRow = (name: string, { statistic, df, p }: ChiSquareTest) => [name, number(statistic), df, pValue(p)];

const cox: Method = {
  about: 'Cox proportional hazards model',
  help: `ontoscope stats cox TABLE --time T --event E --covariates a,b [options]

Coefficients, hazard ratios with intervals, Wald, likelihood-ratio and score tests, Harrell's concordance.

${HELP}`,
  table: 'needed',
  options: OPTIONS,
  run(given, table): Answer {
    const { fit, design, rows } = fitCox(given, table);
    const c = rows.run(() => coxConcordance(fit));
    const { likelihoodRatio, wald, score, robustScore } = fit.tests;
    const { data: _data, beta: _beta, warnings: _warnings, ...rest } = fit;
    const kind = [`${fit.ties} ties`];
    if (fit.method === 'firth') kind.push('Firth’s penalty');
    if (fit.robust) kind.push('robust standard errors');
    return {
      json: { ...rest, concordance: c.estimate, concordanceSe: c.standardError, levels: design.levels },
      lines: [
        `n = ${fit.n}, ${fit.events} events; ${kind.join(', ')}`,
        '',
        ...layout(
          ['', 'coef', 'se', 'z', 'p', 'hazard ratio', 'lower', 'upper'],
          fit.terms.map(({ name, beta, se, z, p, hazardRatio }) => [
            name,
            number(beta),
            number(se),
            number(z, 3),
            pValue(p),
            number(hazardRatio?.value),
            number(hazardRatio?.lo),
            number(hazardRatio?.hi),
          ]),
        ),
        '',
        ...layout(
          ['', 'χ²', 'df', 'p'],
          [
            testRow('likelihood ratio', likelihoodRatio),
            testRow('Wald', wald),
            testRow('score', score),
            ...(robustScore ? [testRow('robust score', robustScore)] : []),
          ],
        ),
        `log-likelihood ${number(fit.logLikelihood.null)} → ${number(fit.logLikelihood.fitted)}`,
        `concordance ${interval(c.estimate)}, se ${number(c.standardError)}`,
      ],
      warnings: [...design.warnings, ...fit.warnings, ...c.warnings],
      dropped: rows.dropped,
    };
  },
};

const zph: Method = {
  about: 'test of proportional hazards (cox.zph)',
  help: `ontoscope stats zph TABLE --time T --event E --covariates a,b [options]

Does the hazard ratio of a covariate change with time? A small p says that it does.

${HELP}
  --transform KIND     of time: km (default), rank, identity or log
  --approximate        the older Grambsch–Therneau form`,
  table: 'needed',
  options: { ...OPTIONS, transform: { type: 'string' }, approximate: { type: 'boolean' } },
  run(given, table): Answer {
    const { fit, design, rows } = fitCox(given, table);
    const { tests, global, transform, method, warnings } = rows.run(() =>
      proportionalHazardsTest(fit, {
        transform: given.choice('transform', ZPH_TRANSFORMS, 'km'),
        method: given.flag('approximate') ? 'approximate' : 'score',
      }),
    );
    const all = [...tests.map((test) => [test.name, test.test] as const), ['GLOBAL', global] as const];
    return {
      json: { n: fit.n, events: fit.events, transform, method, tests, global },
      lines: [
        `n = ${fit.n}, ${fit.events} events; ${method}, ${transform} transform`,
        '',
        ...layout(
          ['', 'χ²', 'df', 'p'],
          all.map(([name, test]) => [name, number(test?.statistic), test?.df ?? '–', pValue(test?.p)]),
        ),
      ],
      warnings: [...design.warnings, ...fit.warnings, ...warnings],
      dropped: rows.dropped,
    };
  },
};

export const COX_METHODS: Record<string, Method> = { cox, zph };
