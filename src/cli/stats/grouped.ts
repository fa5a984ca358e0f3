/** Grouped-time models from a table of facts, or of facts at epochs. */
import { groupedTimeFit, type Link } from '../../stats';
import { Columns } from './columns';
import { layout, number, pValue, type Answer, type Method } from './method';
import { REGRESSION_HELP, REGRESSION_OPTIONS, regressionOf } from './regression';
import { TIME_HELP, TIME_OPTIONS, timeColumns } from './survival-columns';

const grouped = (link: Link, about: string, ratio: string): Method => ({
  about,
  help: `ontoscope stats ${link} TABLE --time T --event E --covariates a,b [options]
ontoscope stats ${link} TABLE --epoch P --event E --covariates a,b [options]

With --time one row is one fact, spread over the event times at which it was at risk. With --epoch one row is one fact
at one epoch at which it was at risk.

${TIME_HELP}
  --epoch P            column of the epoch of each row, in place of --time
${REGRESSION_HELP}`,
  table: 'needed',
  options: { ...TIME_OPTIONS, ...REGRESSION_OPTIONS, epoch: { type: 'string' } },
  run(given, table): Answer {
    given.exclusive('epoch', 'time', 'start');
    if (!given.has('epoch')) given.required('time');
    given.required('event');
    const columns = timeColumns(new Columns(given, table)).numbers('epoch');
    const { rows, design } = regressionOf(given, table, columns);
    const times = given.has('epoch')
      ? atEpochs(rows.numbers('epoch'))
      : { time: rows.numbers('time'), ...rows.someNumbers('start') };
    const fit = rows.run(() =>
      groupedTimeFit(
        {
          ...times,
          event: rows.numbers('event'),
          x: design.x,
          names: design.names,
          ...rows.someNumbers('weights', 'offset'),
          ...rows.someLabels('cluster'),
        },
        { link, level: given.level() },
      ),
    );
    const { statistic, df, p } = fit.likelihoodRatio;
    const { warnings: _warnings, ...rest } = fit;
    return {
      json: { ...rest, levels: design.levels },
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
        `log-likelihood ${number(fit.logLikelihood.null)} → ${number(fit.logLikelihood.fitted)}`,
      ],
      warnings: [...design.warnings, ...fit.warnings],
      dropped: rows.dropped,
    };
  },
});

/** A row at one epoch is at risk from the epoch before to its own. */
function atEpochs(epochs: readonly number[]): { time: readonly number[]; start: number[] } {
  const distinct = [...new Set(epochs)].sort((a, b) => a - b);
  const before = new Map(distinct.map((epoch, i) => [epoch, i === 0 ? epoch - 1 : distinct[i - 1]!]));
  return { time: epochs, start: epochs.map((epoch) => before.get(epoch)!) };
}

export const GROUPED_METHODS: Record<string, Method> = {
  cloglog: grouped('cloglog', 'grouped-time proportional hazards', 'hazard ratio'),
  logit: grouped('logit', 'grouped-time proportional odds of the discrete hazard', 'odds ratio'),
};
