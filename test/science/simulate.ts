/** Simulated studies with a planted hazard ratio, as grouped proportional hazards make them. Seeded. */
import type { PhiloxSequence } from '../../src/core/philox';
import { normalQuantile } from '../../src/stats';

export interface StudyDesign {
  facts: number;
  epochs: number;
  /** Share of facts that are latent. */
  latentShare: number;
  hazardRatio: number;
  /** Cumulative baseline hazard over all epochs, spread evenly. */
  baselineHazard: number;
}

export interface SimulatedStudy {
  time: number[];
  event: number[];
  latent: number[];
}

/** Events in continuous time under proportional hazards, seen at the end of the epoch in which they come. */
export function simulateStudy(design: StudyDesign, draws: PhiloxSequence): SimulatedStudy {
  const { facts, epochs, latentShare, hazardRatio, baselineHazard } = design;
  const time: number[] = [];
  const event: number[] = [];
  const latent: number[] = [];
  for (let i = 0; i < facts; i++) {
    const isLatent = draws.nextUnit() < latentShare ? 1 : 0;
    const rate = (baselineHazard / epochs) * (isLatent ? hazardRatio : 1);
    const epoch = Math.ceil(-Math.log1p(-draws.nextUnit()) / rate);
    latent.push(isLatent);
    time.push(Math.max(1, Math.min(epochs, epoch)));
    event.push(epoch <= epochs ? 1 : 0);
  }
  return { time, event, latent };
}

export function normal(draws: PhiloxSequence): number {
  return normalQuantile(Math.min(1 - 1e-9, Math.max(1e-9, draws.nextUnit() + 2 ** -25)));
}

export function exponential(draws: PhiloxSequence, rate: number): number {
  return -Math.log1p(-draws.nextUnit()) / rate;
}
