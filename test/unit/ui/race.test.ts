import { describe, expect, it } from 'vitest';
import { FACT_STATES, RaceBook, standingAt, type FactState, type Standing } from '../../../src/app/race';
import { markAt, markBeside, placesOf, STATIONS, stationLeft, trackFor } from '../../../src/ui/views/run/race-geometry';
import { LaneMotion } from '../../../src/ui/views/run/race-motion';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const standing = (state: FactState, since = 0): Standing => ({ state, since });

describe('the places of the race', () => {
  it.each([
    [1, 300],
    [80, 330],
    [80, 640],
    [2500, 330],
    [5000, 1200],
  ])('hold %i marks in one station of a track of %i px, none on another', (marks, width) => {
    const track = trackFor(marks, width);
    for (const state of FACT_STATES) {
      const places = placesOf(
        Array.from({ length: marks }, () => standing(state)),
        track,
      );
      const left = stationLeft(track, state);
      const within = places.every(
        (place) =>
          place!.x >= left && place!.x <= left + track.station + 0.001 && place!.y >= 0 && place!.y <= track.height,
      );
      expect(within).toBe(true);
      expect(new Set(places.map((place) => `${place!.x} ${place!.y}`)).size).toBe(marks);
    }
    expect(stationLeft(track, STATIONS.at(-1)!) + track.station).toBeLessThanOrEqual(Math.max(width, 132) + 0.001);
  });

  it('let the first to arrive stand furthest beyond the finish, and leave out who was not asked', () => {
    const track = trackFor(30, 600);
    const places = placesOf([standing('known', 5), null, standing('known', 1), standing('unknown')], track);
    expect(places[1]).toBeNull();
    expect(places[2]!.x).toBeCloseTo(track.width - track.pitch / 2, 6);
    expect(places[0]!.y).toBeLessThan(places[2]!.y);
    expect(places[3]!.x).toBeLessThan(places[0]!.x);
  });

  it('are found by a finger and by the arrow keys', () => {
    const places = [{ x: 10, y: 10 }, { x: 30, y: 12 }, null, { x: 10, y: 40 }];
    expect(markAt(places, 28, 12, 14)).toBe(1);
    expect(markAt(places, 200, 12, 14)).toBe(-1);
    expect(markBeside(places, 0, 'ArrowRight')).toBe(1);
    expect(markBeside(places, 0, 'ArrowDown')).toBe(3);
    expect(markBeside(places, 0, 'ArrowUp')).toBe(-1);
    expect(markBeside(places, 0, 'End')).toBe(1);
    expect(markBeside(places, 0, 'x')).toBe(-1);
  });
});

describe('marks on their way', () => {
  const { trials } = plausibleRun({ pairs: 6, epochs: 3 });
  const { lanes } = new RaceBook().read(trials, { template: 'held-out', latentBy: 'sampled' }, new Set());
  const { facts } = lanes[0]!;
  const track = trackFor(facts.length, 600);
  const frame = (epoch: number) => {
    const standings = facts.map((fact) => standingAt(fact, epoch));
    return { facts, standings, places: placesOf(standings, track) };
  };
  const all = () => true;

  it('are there at once where there is no time for it, and exactly there at the end', () => {
    const motion = new LaneMotion();
    motion.setOut(frame(0), 0, 0);
    expect(motion.marks(0, all).map(({ x, y }) => ({ x, y }))).toEqual(frame(0).places);
    motion.setOut(frame(3), 100, 500);
    expect(motion.arrived(599)).toBe(false);
    expect(motion.marks(350, all).some(({ moving }) => moving)).toBe(true);
    expect(motion.marks(600, all).map(({ x, y, moving }) => ({ x, y, moving }))).toEqual(
      frame(3).places.map((place) => ({ ...place, moving: false })),
    );
  });

  it('turn back from where they are when the epoch is changed on their way', () => {
    const motion = new LaneMotion();
    motion.setOut(frame(0), 0, 0);
    motion.setOut(frame(3), 0, 500);
    const before = motion.marks(250, all);
    motion.setOut(frame(0), 250, 500);
    motion.marks(250, all).forEach(({ x }, index) => expect(x).toBeCloseTo(before[index]!.x, 6));
  });
});
