/**
 * “Check this device”: started, followed, stopped; what it found, as text and as a file.
 *
 * Promises: one check at a time, and nothing else on the device beside it; what was found before it was stopped stays on show. Must not know: kernels, components.
 */
import { toLabError, type SerializedLabError } from '../core/errors';
import { checkVerdict, deviceCheckText, errorText, familyVerdict, toleranceText } from '../records/device-check';
import type { DeviceCheck } from '../records/device-check';
import type { LabClient } from '../worker/client';
import type { LabSession } from './session.svelte';

export interface DeviceCheckHost {
  calls: Pick<LabClient['devices'], 'check'>;
  /** True where the text is in the clipboard. */
  copy(text: string): Promise<boolean>;
  download(name: string, type: string, content: string): void;
}

export interface FamilyRow {
  name: string;
  title: string;
  kernels: readonly string[];
  passed: boolean;
  error: string;
  tolerance: string;
  /** What was compared at the worst place. */
  worst: string;
  verdict: string;
  elapsedMs: number;
  comparisons: { what: string; error: string; tolerance: string; passed: boolean }[];
}

export class DeviceCheckStore {
  check = $state.raw<DeviceCheck | null>(null);
  error = $state.raw<SerializedLabError | null>(null);
  /** What became of copying, in words. */
  said = $state.raw<string | null>(null);
  #stop = $state.raw<AbortController | null>(null);

  constructor(
    private readonly host: DeviceCheckHost,
    private readonly session: Pick<LabSession, 'busy' | 'occupied'>,
  ) {}

  get running(): boolean {
    return this.#stop !== null;
  }

  get rows(): FamilyRow[] {
    return (this.check?.families ?? []).map((family) => ({
      name: family.name,
      title: family.title,
      kernels: family.kernels,
      passed: family.passed,
      error: family.worst ? errorText(family.worst.error) : '–',
      tolerance: family.worst ? toleranceText(family.worst.tolerance) : '–',
      worst: family.worst?.what ?? '',
      verdict: familyVerdict(family),
      elapsedMs: family.elapsedMs,
      comparisons: family.comparisons.map(({ what, error, tolerance }) => ({
        what,
        error: errorText(error),
        tolerance: toleranceText(tolerance),
        passed: error <= tolerance,
      })),
    }));
  }

  get verdict(): string | null {
    return this.check === null ? null : checkVerdict(this.check);
  }

  /** Resolves when it ended, also when it was stopped; never throws. */
  async start(): Promise<void> {
    if (this.running || this.session.busy || this.session.occupied !== null) return;
    this.session.occupied = 'The device is being checked: it is free when that has ended.';
    const stop = new AbortController();
    this.#stop = stop;
    this.error = this.said = null;
    this.check = null;
    try {
      this.check = await this.host.calls.check((check) => (this.check = check), stop.signal);
    } catch (thrown) {
      const error = toLabError(thrown);
      if (error.code === 'cancelled') this.said = 'The check was stopped.';
      else this.error = error.serialize();
    } finally {
      this.session.occupied = null;
      this.#stop = null;
    }
  }

  dismissError(): void {
    this.error = null;
  }

  stop(): void {
    this.#stop?.abort();
  }

  async copy(): Promise<void> {
    if (this.check === null) return;
    const copied = await this.host.copy(deviceCheckText(this.check));
    this.said = copied ? 'Copied as text.' : 'This browser does not let pages copy: save it as JSON instead.';
  }

  save(): void {
    if (this.check === null) return;
    this.host.download('device-check.json', 'application/json', `${JSON.stringify(this.check, null, 2)}\n`);
  }
}
