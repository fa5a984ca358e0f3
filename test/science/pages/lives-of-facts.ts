/** Grouped time: facts that share their evaluations. */
import * as stats from '../../../src/stats';
import { type MethodPage } from './page';

export const LIVES_OF_FACTS: readonly MethodPage[] = [
  {
    name: 'grouped-time',
    title: 'Grouped time: cloglog and logit',
    when: 'Hundreds of facts share twenty evaluations. The complementary log-log model on person-epoch rows estimates the same hazard ratio as a Cox model would with exact times, without a rule for ties.',
    formula:
      'log(−log(1 − h(e | x))) = αₑ + xβ        (cloglog: exp β is a hazard ratio)\nlogit h(e | x) = αₑ + xβ                    (logit: exp β is an odds ratio)',
    source: 'Prentice & Gloeckler, Biometrics 34 (1978) 57–67; Cox, JRSS B 34 (1972) 187–220, §6.',
    code: "const { terms, personPeriods } = stats.groupedTimeFit({ time: data.time, event: data.event, x: columns(data.latent, data.popularity), names: ['latent', 'popularity'] });\nreturn { terms: terms.map(({ name, beta, se, ratio }) => ({ name, beta, se, ratio })), personPeriods };",
    command: 'ontoscope stats cloglog facts.csv --time time --event event --covariates latent,popularity',
    picture: ({ time, event, latent, popularity }) => {
      const { baseline } = stats.groupedTimeFit({
        time,
        event,
        x: Float64Array.from(latent.flatMap((value, i) => [value, popularity[i]!])),
        names: ['latent', 'popularity'],
      });
      return {
        title: 'Discrete hazard at mean covariates',
        x: 'epoch',
        y: 'h(e)',
        marks: [
          {
            kind: 'ranges',
            points: baseline.map((row) => ({ x: row.time, y: row.hazard.value, lo: row.hazard.lo, hi: row.hazard.hi })),
          },
        ],
      };
    },
    pitfalls:
      'Epochs without an event carry no information on covariates and are left out. A covariate that separates events has no finite estimate: a warning says so.',
    verified: 'R’s glm on person-periods, both links, late entry, weights, offsets, clustered errors, to 1e-7.',
  },
  {
    name: 'learning-rate-of-facts',
    title: 'The learning rate of facts',
    when: 'At which epoch are facts learned fastest, and is it earlier for some?',
    formula:
      'r(e) = newly acquired in e / still at risk;  peak; epoch of the peak; first epoch with 90 % of all that is ever acquired',
    source: 'Discrete hazard; interval of a share: Wilson, JASA 22 (1927) 209–212.',
    code: 'return stats.learningRates(data, data.latent).map(({ group, n, events, peak, peakEpoch, epochsTo90 }) => ({ latent: group, n, events, peak, peakEpoch, epochsTo90 }));',
    picture: (data) => ({
      title: 'Acquired of those at risk',
      x: 'epoch',
      y: 'r(e)',
      marks: stats
        .learningRates(
          data,
          data.latent.map((value) => (value ? 'latent' : 'unknown')),
        )
        .map(({ group, epochs }) => ({
          kind: 'line',
          label: group,
          points: epochs.map(({ epoch, rate }) => ({ x: epoch, y: rate.value })),
        })),
    }),
    pitfalls:
      'Late epochs have small risk sets: their rates are wide. The plateau is what the run reached, not what more epochs might.',
    verified: 'Against the risk table of the Kaplan–Meier curve, and by hand.',
  },
  {
    name: 'counting-process',
    title: 'From trials to counting-process rows',
    when: 'The step between records and every model above: who was at risk of acquisition, generalization or degradation, when, and whether it came.',
    formula:
      'acquisition: seen facts wrong before training, first right evaluation (or the first of m in a row)\ngeneralization: the same for withheld facts\ndegradation: facts right before training (or from their first right answer on), first wrong evaluation',
    source: 'Andersen & Gill, Annals of Statistics 10 (1982) 1100–1120; the definitions are this project’s.',
    code: "const { rows, known, events } = stats.countingRows(data.trials, { event: 'acquisition' });\nreturn { rows: rows.slice(0, 3).map(({ fact, start, time, event }) => ({ fact, start, time, event })), known, events };",
    picture: ({ trials }) => {
      const { epochs } = stats.stateSummary(trials);
      return {
        title: 'Facts by state',
        x: 'epoch',
        y: 'share',
        yRange: [0, 1],
        marks: stats.FACT_STATES.map((state) => ({
          kind: 'line',
          label: state,
          points: epochs.map(({ epoch, shares }) => ({ x: epoch, y: shares[state] })),
        })),
      };
    },
    pitfalls:
      'Facts known before training are not at risk of acquisition; their number is reported. With evaluations every n epochs an event is known to within n epochs.',
    verified: 'Against the acquisition rows of the summary, and by lives written out in tests.',
  },
];
