import { describe, expect, it } from 'vitest';
import { summarize } from '../../../src/experiment/summary';
import {
  encodeFacts,
  encodeManifest,
  encodeSteps,
  encodeSummary,
  encodeTrials,
  noProbeRecords,
  parseManifest,
  parseSummary,
  readRun,
  trialsToCsv,
} from '../../../src/records';
import { fact, life, manifest, step, trial } from './build';

const trials = [...life('HP:1', [0, 0, 1]), ...life('HP:2', [0, 1, 1], { seen: false }), ...life('HP:3', [1, 1, 0])];
const steps = [step(), step({ step: 2, epoch: 2, loss: 1 })];
const summary = summarize(manifest(), trials, steps);
const facts = [fact(), fact({ identifier: 'HP:2', direction: 'id-to-term', entity: 'branch', count: null })];
const texts = {
  manifest: encodeManifest(manifest()),
  facts: encodeFacts(facts),
  trials: encodeTrials(trials),
  steps: encodeSteps(steps),
  summary: encodeSummary(summary),
};

describe('a run as files', () => {
  it('comes back whole', () => {
    expect(readRun(texts)).toEqual({ manifest: manifest(), facts, trials, steps, probes: noProbeRecords(), summary });
  });

  it('of a run that ended early has no summary', () => {
    expect(readRun({ ...texts, summary: null }).summary).toBeNull();
  });

  it('is refused when the summary belongs to another run', () => {
    const other = encodeSummary({ ...summary, runId: 'run-2' });
    expect(() => readRun({ ...texts, summary: other })).toThrow(
      'summary.json: runId is run-2, but manifest.json says run-1',
    );
  });

  it('is refused by the name of the file that is wrong', () => {
    expect(() => readRun({ ...texts, manifest: '{' })).toThrow('manifest.json: this is not JSON');
    expect(() => readRun({ ...texts, steps: '{}' })).toThrow('steps.jsonl, line 1: not a valid training step');
    expect(() => parseManifest(JSON.stringify({ ...manifest(), gpu: {} }))).toThrow(
      'manifest.json: not a valid manifest: gpu.vendor',
    );
    expect(() => parseSummary(JSON.stringify({ ...summary, epochs: -1 }))).toThrow(
      'summary.json: not a valid summary: epochs',
    );
  });

  it('of another record version says so', () => {
    const newer = JSON.stringify({ ...manifest(), recordVersion: 4 });
    expect(() => parseManifest(newer)).toThrow('manifest.json: recordVersion is 4; this Ontoscope reads version 3');
  });
});

describe('trials as a table', () => {
  it('quotes commas, quotes and line breaks, and ends rows with CRLF', () => {
    const csv = trialsToCsv([
      trial({ term: 'Abnormal, "short" limb', answer: 'two\nlines', logProb: -Infinity }),
      trial({ epoch: 1, sampled: { samples: 20, answerHits: 3, tokenHits: 2 } }),
    ]);
    const [header, first, second, end] = csv.split('\r\n');
    expect(header).toBe(
      'fact,identifier,term,direction,seen,stratum,epoch,step,template,tokens,tokenHit,tokensRight,' +
        'answerHit,outcome,digitsRight,digits,answer,logProb,logQ,samples,sampledAnswerHits,sampledTokenHits',
    );
    expect(first).toBe(
      'HP:0000001|term-to-id,HP:0000001,"Abnormal, ""short"" limb",term-to-id,true,0,0,0,held-out,4,false,0,false,wrong,,,' +
        '"two\nlines",-Infinity,-8,,,',
    );
    expect(second).toMatch(/,20,3,2$/);
    expect(end).toBe('');
  });

  it('has a column of ranks where there are ranks', () => {
    const [header, first, second] = trialsToCsv([trial({ ranks: [1, 12, 3, 1] }), trial()]).split('\r\n');
    expect(header).toMatch(/,sampledTokenHits,ranks$/);
    expect(first).toMatch(/,1 12 3 1$/);
    expect(second).toMatch(/,$/);
  });

  it('carries the popularity and the covariates of each fact in all of its rows', () => {
    const csv = trialsToCsv([trial(), trial({ epoch: 1 })], [fact()]);
    const [header, ...rows] = csv.trimEnd().split('\r\n');
    expect(header).toMatch(/,rank,count,entity,lexical\.ngram,pmc$/);
    for (const row of rows) expect(row).toMatch(/,0,3,,0\.25,$/);
  });

  it('has one column a name, whatever a covariate is called', () => {
    const [header, row] = trialsToCsv([trial()], [fact({ covariates: { rank: 7, epoch: 8 } })]).split('\r\n');
    expect(header).toMatch(/,rank,count,entity,covariate\.epoch,covariate\.rank$/);
    expect(row).toMatch(/,0,3,,8,7$/);
  });
});
