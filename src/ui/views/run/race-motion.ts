/**
 * The marks of one lane between two standings: where they are on their way.
 *
 * Promises: with no time for the way every mark is where it belongs at once; the last frame is exact.
 * Must not know: how marks look.
 */
import type { RaceFact, Standing } from '../../../app/race';
import { eased, type Place } from './race-geometry';
import type { Mark } from './race-paint';

interface Way {
  from: Place;
  to: Place;
  mover: boolean;
}

export interface LaneFrame {
  facts: readonly RaceFact[];
  standings: readonly (Standing | null)[];
  places: readonly (Place | null)[];
}

export class LaneMotion {
  #ways = new Map<string, Way>();
  #states = new Map<string, Standing['state']>();
  #beganMs = 0;
  #lastsMs = 0;

  /** The marks set out for their new places. @param lastsMs 0: they are there */
  setOut({ facts, standings, places }: LaneFrame, nowMs: number, lastsMs: number): void {
    const ways = new Map<string, Way>();
    const states = new Map<string, Standing['state']>();
    facts.forEach(({ fact }, index) => {
      const to = places[index];
      const state = standings[index]?.state;
      if (!to || state === undefined) return;
      const before = this.#ways.get(fact);
      const from = before && lastsMs > 0 ? this.#at(before, nowMs) : to;
      const earlier = this.#states.get(fact);
      ways.set(fact, { from, to, mover: earlier !== undefined && earlier !== state });
      states.set(fact, state);
    });
    this.#ways = ways;
    this.#states = states;
    this.#beganMs = nowMs;
    this.#lastsMs = lastsMs;
  }

  arrived(nowMs: number): boolean {
    return nowMs >= this.#beganMs + this.#lastsMs;
  }

  /** @param chosen whether a fact is among those that were chosen */
  marks(nowMs: number, chosen: (fact: string) => boolean): Mark[] {
    const there = this.arrived(nowMs);
    return [...this.#ways].map(([fact, way]) => ({
      ...this.#at(way, nowMs),
      state: this.#states.get(fact)!,
      moving: way.mover && !there,
      dim: !chosen(fact),
    }));
  }

  #at({ from, to, mover }: Way, nowMs: number): Place {
    if (this.arrived(nowMs)) return to;
    const share = eased((nowMs - this.#beganMs) / this.#lastsMs, mover);
    // Movers rise a little on their way, so that each can be followed.
    const rise = mover ? Math.sin(Math.PI * share) * Math.min(26, Math.abs(to.x - from.x) / 6) : 0;
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share - rise };
  }
}
