/** Grouped-time models from a table. */
import { groupedTimeFit, type Link } from '../../stats';
import { designOf } from './cox';
import { pick, type Cell } from './data';
import { layout, number, pValue, type Answer, type Method } from './method';
import { Given } from './values';

const grouped = (link: Link, about: string, ratio: string): Method => ({
  about,
  help: `ontoscope stats ${link} TABLE --time T --event E --covariates a,b [options]

One row per fact; it is spread over the event times at which it was at risk.
  --time T             column of the time of the event or of the last look
  --event E            column that marks events: 1/0, true/false, yes/no
  --covariates a,b     columns to regress on; text needs --factor
  --start S            column of the time of entry: at risk on (start, time]
  --factor c[=LEVEL]   a categorical covariate, with its reference level
  --interaction a:b    product of two covariates
  --cluster ID         rows of one value are not independent: grouped robust standard errors
  --weights W          case weights
  --offset O           known part of the linear predictor`,
  table: true,
  options: {
    time: { type: 'string' },
    start: { type: 'string' },
    event: { type: 'string' },
    covariates: { type: 'string', multiple: true },
    factor: { type: 'string', multiple: true },
    interaction: { type: 'string', multiple: true },
    cluster: { type: 'string' },
    weights: { type: 'string' },
    offset: { type: 'string' },
  },
  run(values, table): Answer {
    const command = `stats ${link}`;
    const given = new Given(values, command);
    const further: Record<string, readonly Cell[]> = {};
    const time = given.required('time');
    const event = given.required('event');
    further[time] = table!.numbers(time, 'time');
    further[event] = table!.events(event, 'event');
    for (const option of ['start', 'weights', 'offset'] as const) {
      const name = given.text(option);
      if (name !== undefined) further[name] = table!.numbers(name, option);
    }
    const cluster = given.text('cluster');
    if (cluster !== undefined) further[cluster] = table!.labels(cluster, 'cluster');
    const { design, rows, dropped } = designOf(given, table!, command, further);
    const numbers = (option: 'start' | 'weights' | 'offset') => {
      const name = given.text(option);
      return name === undefined ? {} : { [option]: pick(further[name]!, rows) as number[] };
    };
    const fit = groupedTimeFit(
      {
        time: pick(further[time], rows) as number[],
        event: pick(further[event], rows) as number[],
        x: design.x,
        names: design.names,
        ...numbers('start'),
        ...numbers('weights'),
        ...numbers('offset'),
        ...(cluster === undefined ? {} : { cluster: pick(further[cluster]!, rows).map(String) }),
      },
      { link, level: given.level() },
    );
    const { statistic, df, p } = fit.likelihoodRatio;
    return {
      json: { ...fit },
      lines: [
        `n = ${fit.n}, ${fit.events} events, ${fit.personPeriods} person-periods over ${fit.baseline.length} event times`,
        '',
        ...layout(
          ['', 'coef', 'se', 'z', 'p', ratio, 'lower', 'upper'],
          fit.terms.map((term) => [
            term.name,
            number(term.beta),
            number(term.se),
            number(term.z, 3),
            pValue(term.p),
            number(term.ratio?.value),
            number(term.ratio?.lo),
            number(term.ratio?.hi),
          ]),
        ),
        '',
        `likelihood ratio ${number(statistic)} on ${df} df, p ${pValue(p)}`,
      ],
      warnings: [...design.warnings, ...fit.warnings],
      dropped,
    };
  },
});

export const GROUPED_METHODS: Record<string, Method> = {
  cloglog: grouped('cloglog', 'grouped-time proportional hazards', 'hazard ratio'),
  logit: grouped('logit', 'grouped-time proportional odds of the discrete hazard', 'odds ratio'),
};
