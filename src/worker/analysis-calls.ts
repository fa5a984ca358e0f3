/**
 * Analyses on their way to the worker and back.
 *
 * Promises: records of a run cross once, in pieces with pauses between, so that the page stays quick; the worker keeps
 * those of a few runs, of which the one asked for longest ago makes room. Must not know: how anything is estimated.
 */
import type { AnalysedRun, AnalysisName, AnalysisRequest, AnalysisResult } from '../records/analyses';
import { PROBE_RECORD_KINDS, type ProbeRecordKind, type ProbeRecords } from '../records/probe-types';
import { ANALYSED_RUNS } from './analysis-protocol';
import { pieces } from './bundle-calls';
import type { RunPart } from './bundle-protocol';
import { Calls } from './calls';
import type { LabError } from '../core/errors';
import type { RequestBody } from './protocol';

type ProbeRecord = ProbeRecords[ProbeRecordKind][number];

/** Records under the name that tells them from others. */
export interface NamedRun {
  key: string;
  run: { readonly [Part in keyof AnalysedRun]: Readonly<AnalysedRun[Part]> };
}

export class AnalysisCalls extends Calls {
  /** What the worker has, or is being given, by key; the one asked for last stands last. */
  readonly #held = new Map<string, Promise<void>>();

  constructor(send: (runId: string, body: RequestBody) => void) {
    super('analyses', send);
  }

  /** Rejects with the LabError that says why there is no answer. */
  async analyse<Name extends AnalysisName>(
    runs: readonly NamedRun[],
    { name, args }: AnalysisRequest<Name>,
  ): Promise<AnalysisResult<Name>> {
    for (const named of runs) await this.#hand(named);
    const keys = runs.map(({ key }) => key);
    try {
      const { result } = await this.ask('analysed', { kind: 'analyse', keys, name, args });
      return result as AnalysisResult<Name>;
    } catch (thrown) {
      // Perhaps the records never arrived: whoever asks next hands them over again.
      for (const key of keys) this.#held.delete(key);
      throw thrown;
    }
  }

  override failAll(error: LabError): void {
    // A worker that died has forgotten everything.
    this.#held.clear();
    super.failAll(error);
  }

  async #hand({ key, run }: NamedRun): Promise<void> {
    const held = this.#held.get(key) ?? this.#post(key, run);
    this.#held.delete(key);
    this.#held.set(key, held);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= ANALYSED_RUNS) break;
      this.#held.delete(oldest);
      this.send(this.name(), { kind: 'drop-records', key: oldest });
    }
    await held;
  }

  async #post(key: string, { manifest, summary, files, facts, trials, steps, probes }: NamedRun['run']): Promise<void> {
    const hand = (part: RunPart) => this.send(this.name(), { kind: 'hand-records', key, part });
    const pause = () => new Promise((resolve) => setTimeout(resolve));
    hand({ part: 'head', manifest: manifest, summary, adapters: [], files: [...files] });
    for (const [part, records] of Object.entries({ facts, trials, steps })) {
      for (const piece of pieces<unknown>(records)) {
        hand({ part, records: piece } as RunPart);
        await pause();
      }
    }
    for (const probe of PROBE_RECORD_KINDS) {
      for (const records of pieces<ProbeRecord>(probes[probe])) {
        hand({ part: 'probes', probe, records });
        await pause();
      }
    }
  }
}
