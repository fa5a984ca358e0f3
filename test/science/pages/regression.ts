/** The Cox model and what is asked of a fit. */
import * as stats from '../../../src/stats';
import { steps, cox, forest, R, type MethodPage } from './page';

export const REGRESSION: readonly MethodPage[] = [
  {
    name: 'cox',
    title: 'Cox proportional hazards',
    when: 'What makes facts be learned sooner, several causes at a time? Hazard ratios of covariates, whatever the baseline. Late entry and changing covariates as start–stop rows.',
    formula:
      'h(t | x) = h₀(t) exp(xβ);  β maximises the partial likelihood\nties: Efron (default), Breslow, exact\nrobust: V (Σ over clusters of u uᵀ) V, u the dfbeta residuals\nFirth: log L + ½ log |I(β)|',
    source:
      'Cox, JRSS B 34 (1972) 187–220; Efron, JASA 72 (1977) 557–565; Lin & Wei, JASA 84 (1989) 1074–1078; Heinze & Schemper, Biometrics 57 (2001) 114–119; exact ties: Gail, Lubin & Rubinstein, Biometrika 68 (1981) 703–707.',
    code: "const { terms, tests } = stats.coxFit({ time: data.time, event: data.event, x: columns(data.latent, data.popularity), names: ['latent', 'popularity'] });\nreturn { terms: terms.map(({ name, beta, se, p, hazardRatio }) => ({ name, beta, se, p, hazardRatio })), likelihoodRatio: tests.likelihoodRatio };",
    command: 'ontoscope stats cox facts.csv --time time --event event --covariates latent,popularity',
    picture: (data) =>
      forest(
        'Hazard ratios',
        cox(data).terms.map(({ hazardRatio }) => hazardRatio!),
        'ratio',
        1,
      ),
    pitfalls:
      'Twenty epochs for hundreds of facts are heavily tied: Breslow’s ratios are pulled towards 1 (see coverage.md). Below ten events per covariate use Firth’s penalty. Facts of one run share a model: give clusters or pool over seeds.',
    verified: `${R}: three tie rules, start–stop, strata, weights, offsets, robust and clustered errors, tests, to 1e-6.`,
  },
  {
    name: 'proportional-hazards',
    title: 'Test of proportional hazards',
    when: 'Before a hazard ratio is quoted: is it the same early and late?',
    formula: 'score test of β(t) = β + θ (g(t) − ḡ) at θ = 0; g: km (default), rank, identity, log',
    source: 'Grambsch & Therneau, Biometrika 81 (1994) 515–526.',
    code: "const fit = stats.coxFit({ time: data.time, event: data.event, x: columns(data.latent, data.popularity), names: ['latent', 'popularity'] });\nconst { tests, global } = stats.proportionalHazardsTest(fit);\nreturn { tests, global };",
    command: 'ontoscope stats zph facts.csv --time time --event event --covariates latent,popularity',
    picture: (data) => {
      const { points, transformed } = stats.proportionalHazardsTest(cox(data));
      return {
        title: 'Scaled Schoenfeld residuals, latent',
        x: 'transformed time',
        y: 'β(t)',
        level: 0,
        marks: [
          {
            kind: 'dots',
            points: [...transformed].flatMap((x, i) =>
              points[0]!.scaled[i] == null ? [] : [{ x, y: points[0]!.scaled[i] }],
            ),
          },
        ],
      };
    },
    pitfalls:
      'With many events small departures become significant: look at the picture. lifelines defaults to rank, R to km.',
    verified: `${R}: four transforms, to 1e-6; the approximate form against lifelines.`,
  },
  {
    name: 'concordance',
    title: 'Concordance',
    when: 'How well do the covariates rank facts by when they are learned? 0.5 is chance.',
    formula: 'C = (concordant + ½ tied scores) / comparable pairs; variance by the infinitesimal jackknife',
    source: 'Harrell et al., JAMA 247 (1982) 2543–2546; Therneau & Watson, Mayo Clinic technical report 85 (2015).',
    code: "const fit = stats.coxFit({ time: data.time, event: data.event, x: columns(data.latent, data.popularity), names: ['latent', 'popularity'] });\nconst { estimate, standardError, counts } = stats.coxConcordance(fit);\nreturn { estimate, standardError, counts };",
    command: 'ontoscope stats cox facts.csv --time time --event event --covariates latent,popularity',
    picture: (data) => forest('Concordance', [stats.coxConcordance(cox(data)).estimate!], 'C', 0.5),
    pitfalls:
      'Ranks only: a model can rank well and be wrong in size. Computed on the data of the fit it is optimistic.',
    verified: `${R}: value and standard error with strata, weights, start–stop, to 1e-8.`,
  },
  {
    name: 'residuals',
    title: 'Residuals of a Cox model',
    when: 'Martingale: the shape of a covariate’s effect. Deviance: facts that fit badly. dfbeta: facts that move the estimate. Schoenfeld: proportionality.',
    formula:
      'martingale: Mᵢ = δᵢ − Λ̂ᵢ;  deviance: sign(M) √(−2 [M + δ log(δ − M)])\nSchoenfeld: xᵢ − x̄(tᵢ) at events;  dfbeta: change of β without row i (one step)',
    source: 'Therneau, Grambsch & Fleming, Biometrika 77 (1990) 147–160; Schoenfeld, Biometrika 69 (1982) 239–241.',
    code: "const fit = stats.coxFit({ time: data.time, event: data.event, x: columns(data.latent, data.popularity), names: ['latent', 'popularity'] });\nconst residuals = stats.martingaleResiduals(fit);\nreturn { first: [...residuals.slice(0, 5)], sum: Math.abs(residuals.reduce((a, b) => a + b, 0)) < 1e-9 };",
    picture: (data) => ({
      title: 'Martingale residuals',
      x: 'popularity',
      y: 'residual',
      level: 0,
      marks: [
        {
          kind: 'dots',
          points: [...stats.martingaleResiduals(cox(data))].map((y, i) => ({ x: data.popularity[i]!, y })),
        },
      ],
    }),
    pitfalls:
      'Martingale residuals are skewed by nature. With exact ties only martingale and deviance residuals are defined here.',
    verified: `${R}: all types, Efron and Breslow, start–stop, strata, weights, to 1e-8.`,
  },
  {
    name: 'prediction',
    title: 'Baseline hazard and predicted curves',
    when: 'What curve does the model expect for a fact with these covariates?',
    formula: 'S(t | x) = exp(−Ĥ₀(t) exp((x − x̄)β));  variance after Tsiatis with the covariates’ part',
    source: 'Breslow, JRSS B 34 (1972) 216–217; Tsiatis, Annals of Statistics 9 (1981) 93–108.',
    code: "const fit = stats.coxFit({ time: data.time, event: data.event, x: columns(data.latent, data.popularity), names: ['latent', 'popularity'] });\nreturn stats.predictedCurves(fit, { x: Float64Array.of(0, 0, 1, 0) }).map((curve) => stats.survivalAt(curve, 5));",
    picture: (data) => {
      const [unknown, latent] = stats.predictedCurves(cox(data), { x: Float64Array.of(0, 0, 1, 0) });
      return {
        title: 'Predicted, popularity at its mean',
        x: 'epoch',
        y: 'S(t)',
        yRange: [0, 1],
        marks: [steps(unknown!, 'unknown'), steps(latent!, 'latent')],
      };
    },
    pitfalls: 'Extrapolation in covariates is not marked by the interval.',
    verified: `${R}: curves, errors, three kinds of interval, to 1e-8.`,
  },
];
