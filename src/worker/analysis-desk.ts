/**
 * Analyses of whole runs: keeps the records that the page handed over, until it lets go of them, and answers.
 *
 * Promises: what is not known by name, or not here any more, is a LabError. Must not know: the worker's port.
 */
import { LabError } from '../core/errors';
import { ANALYSES } from '../experiment/analyses';
import { noProbeRecords } from '../records';
import type { AnalysedRun, AnalysisName } from '../records/analyses';
import type { RunPart } from './bundle-protocol';

type Analyse = (runs: readonly AnalysedRun[], args: unknown) => unknown;

export class AnalysisDesk {
  readonly #runs = new Map<string, Partial<AnalysedRun>>();

  hand(key: string, part: RunPart): void {
    if (part.part === 'head') {
      // Records that are handed over anew replace what came before.
      const { manifest, summary, files } = part;
      this.#runs.set(key, { facts: [], trials: [], steps: [], probes: noProbeRecords(), manifest, summary, files });
      return;
    }
    const run = this.#runs.get(key);
    // Its run was dropped while the rest of it was under way.
    if (run === undefined) return;
    if (part.part === 'probes') (run.probes![part.probe] as unknown[]).push(...part.records);
    else (run[part.part] as unknown[]).push(...part.records);
  }

  drop(key: string): void {
    this.#runs.delete(key);
  }

  async analyse(keys: readonly string[], name: string, args: unknown): Promise<unknown> {
    const analyse = Object.hasOwn(ANALYSES, name) ? (ANALYSES[name as AnalysisName] as Analyse) : undefined;
    const runs = keys.map((key) => this.#runs.get(key));
    if (analyse === undefined || runs.some((run) => run?.manifest === undefined)) {
      throw new LabError('internal', `The analysis ${name} was asked of records that are not here.`, {
        hint: 'Reload the page. If it happens again, please report it.',
      });
    }
    return await analyse(runs as AnalysedRun[], args);
  }
}
