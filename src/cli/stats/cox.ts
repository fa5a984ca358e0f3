/** Cox models from a table: the fit, and the test of its proportional hazards. */
import {
  coxConcordance,
  coxFit,
  modelMatrix,
  proportionalHazardsTest,
  TIES,
  ZPH_TRANSFORMS,
  type Column,
  type CoxData,
  type CoxFit,
  type DesignMatrix,
  type Level,
} from '../../stats';
import { usageError } from '../arguments';
import { complete, pick, type Cell, type DataTable } from './data';
import { interval, layout, number, pValue, type Answer, type Method, type Values } from './method';
import { Given } from './values';

const OPTIONS = {
  time: { type: 'string' },
  start: { type: 'string' },
  event: { type: 'string' },
  covariates: { type: 'string', multiple: true },
  factor: { type: 'string', multiple: true },
  interaction: { type: 'string', multiple: true },
  strata: { type: 'string' },
  cluster: { type: 'string' },
  weights: { type: 'string' },
  offset: { type: 'string' },
  ties: { type: 'string' },
  firth: { type: 'boolean' },
  robust: { type: 'boolean' },
} as const;

const HELP = `  --time T             column of the time of the event or of the last look
  --event E            column that marks events: 1/0, true/false, yes/no (1/2 as in R, 2 the event)
  --covariates a,b     columns to regress on; text needs --factor
  --start S            column of the time of entry: at risk on (start, time]
  --factor c[=LEVEL]   a categorical covariate, with its reference level (default: the first, sorted)
  --interaction a:b    product of two covariates
  --strata X           a baseline hazard of its own for each value
  --cluster ID         rows of one value are not independent: grouped robust standard errors
  --weights W          case weights
  --offset O           known part of the linear predictor
  --ties KIND          efron (default), breslow or exact
  --firth              penalised likelihood, finite under separation
  --robust             robust standard errors also without clusters`;

export interface FittedCox {
  fit: CoxFit;
  design: DesignMatrix;
  dropped: Record<string, number>;
}

/** Also for grouped time: covariates and factors of a table as a design over the rows without gaps. */
export function designOf(given: Given, table: DataTable, command: string, further: Record<string, readonly Cell[]>) {
  const factors: Record<string, { reference?: Level }> = {};
  for (const text of given.list('factor')) {
    const [name, reference] = text.split('=', 2) as [string, string | undefined];
    factors[name] = reference === undefined ? {} : { reference };
  }
  const covariates = [...new Set([...given.list('covariates'), ...Object.keys(factors)])];
  if (covariates.length === 0) throw usageError(`${command} needs --covariates.`, command);
  const columns: Record<string, readonly Cell[]> = {};
  for (const name of covariates) {
    columns[name] = Object.hasOwn(factors, name) ? table.labels(name, 'factor') : table.numbers(name, 'covariates');
  }
  const { rows, dropped } = complete({ ...further, ...columns });
  const picked = Object.fromEntries(covariates.map((name) => [name, pick(columns[name]!, rows) as Column]));
  const design = modelMatrix(picked, {
    covariates,
    factors,
    interactions: given.list('interaction').map((text) => text.split(':')),
  });
  return { design, rows, dropped, covariates };
}

export function fitCox(values: Values, table: DataTable, command: string): FittedCox {
  const given = new Given(values, command);
  const further: Record<string, readonly Cell[]> = {};
  const add = (option: string, read: (name: string) => readonly Cell[]): string | undefined => {
    const name = given.text(option);
    if (name !== undefined) further[name] = read(name);
    return name;
  };
  const time = given.required('time');
  const event = given.required('event');
  further[time] = table.numbers(time, 'time');
  further[event] = table.events(event, 'event');
  const start = add('start', (name) => table.numbers(name, 'start'));
  const strata = add('strata', (name) => table.labels(name, 'strata'));
  const cluster = add('cluster', (name) => table.labels(name, 'cluster'));
  const weights = add('weights', (name) => table.numbers(name, 'weights'));
  const offset = add('offset', (name) => table.numbers(name, 'offset'));
  const { design, rows, dropped } = designOf(given, table, command, further);
  const numbers = (name: string) => pick(further[name]!, rows) as number[];
  const labels = (name: string) => pick(further[name]!, rows).map(String);
  const data: CoxData = {
    time: numbers(time),
    event: numbers(event),
    x: design.x,
    names: design.names,
    ...(start === undefined ? {} : { start: numbers(start) }),
    ...(strata === undefined ? {} : { strata: labels(strata) }),
    ...(cluster === undefined ? {} : { cluster: labels(cluster) }),
    ...(weights === undefined ? {} : { weights: numbers(weights) }),
    ...(offset === undefined ? {} : { offset: numbers(offset) }),
  };
  const fit = coxFit(data, {
    ties: given.choice('ties', TIES, 'efron'),
    method: given.flag('firth') ? 'firth' : 'likelihood',
    level: given.level(),
    ...(given.flag('robust') ? { robust: true } : {}),
  });
  return { fit, design, dropped };
}

const cox: Method = {
  about: 'Cox proportional hazards model',
  help: `ontoscope stats cox TABLE --time T --event E --covariates a,b [options]

${HELP}`,
  table: true,
  options: OPTIONS,
  run(values, table): Answer {
    const { fit, design, dropped } = fitCox(values, table!, 'stats cox');
    const c = coxConcordance(fit);
    const { likelihoodRatio, wald, score } = fit.tests;
    const { data: _data, beta: _beta, ...rest } = fit;
    const test = (name: string, { statistic, df, p }: typeof wald) => [name, number(statistic), df, pValue(p)];
    return {
      json: { ...rest, concordance: c.estimate, concordanceSe: c.standardError, levels: design.levels },
      lines: [
        `n = ${fit.n}, ${fit.events} events; ${fit.ties} ties${fit.method === 'firth' ? ', Firth’s penalty' : ''}${fit.robust ? ', robust standard errors' : ''}`,
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
          [test('likelihood ratio', likelihoodRatio), test('Wald', wald), test('score', score)],
        ),
        `log-likelihood ${number(fit.logLikelihood.null)} → ${number(fit.logLikelihood.fitted)}`,
        `concordance ${interval(c.estimate)}, se ${number(c.standardError)}`,
      ],
      warnings: [...design.warnings, ...fit.warnings, ...c.warnings],
      dropped,
    };
  },
};

const zph: Method = {
  about: 'test of proportional hazards (cox.zph)',
  help: `ontoscope stats zph TABLE --time T --event E --covariates a,b [options]

${HELP}
  --transform KIND     km (default), rank, identity or log
  --approximate        the older Grambsch–Therneau form`,
  table: true,
  options: { ...OPTIONS, transform: { type: 'string' }, approximate: { type: 'boolean' } },
  run(values, table): Answer {
    const { fit, dropped } = fitCox(values, table!, 'stats zph');
    const given = new Given(values, 'stats zph');
    const { tests, global, transform, method, warnings } = proportionalHazardsTest(fit, {
      transform: given.choice('transform', ZPH_TRANSFORMS, 'km'),
      method: given.flag('approximate') ? 'approximate' : 'score',
    });
    const rows = [...tests.map((test) => [test.name, test.test] as const), ['GLOBAL', global] as const];
    return {
      json: { transform, method, tests, global },
      lines: [
        `${method}, ${transform} transform`,
        ...layout(
          ['', 'χ²', 'df', 'p'],
          rows.map(([name, test]) => [name, number(test?.statistic), test?.df ?? '–', pValue(test?.p ?? null)]),
        ),
      ],
      warnings: [...fit.warnings, ...warnings],
      dropped,
    };
  },
};

export const COX_METHODS: Record<string, Method> = { cox, zph };
