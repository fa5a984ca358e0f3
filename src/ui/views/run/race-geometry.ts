/**
 * Where the marks of a race stand: four stations from left to right, the marks of each packed into a pile. Pure.
 *
 * Promises: equal standings give equal places, whatever was shown before; every mark of a lane fits into one station.
 */
import type { FactState, Standing } from '../../../app/race';

/** From left to right: what was lost lies behind the start, what is known beyond the finish. */
export const STATIONS: readonly FactState[] = ['lost', 'unknown', 'latent', 'known'];

const GAP = 12;
const LARGEST_PITCH = 16;
const SMALLEST_PITCH = 4.5;
const LOWEST = 96;
const TALLEST = 260;

export interface Track {
  width: number;
  height: number;
  /** Distance of neighbouring marks in a pile. */
  pitch: number;
  rows: number;
  columns: number;
  /** Width of one station. */
  station: number;
}

export interface Place {
  x: number;
  y: number;
}

/** A track on which so many marks can stand in one station. */
export function trackFor(marks: number, width: number): Track {
  const station = Math.max(24, (width - (STATIONS.length - 1) * GAP) / STATIONS.length);
  const fits = (pitch: number, height: number) => Math.floor(height / pitch) * Math.floor(station / pitch) >= marks;
  const pitchIn = (height: number) => {
    let pitch = LARGEST_PITCH;
    while (pitch > 1 && !fits(pitch, height)) pitch -= 0.25;
    return pitch;
  };
  let height = LOWEST;
  while (height < TALLEST && pitchIn(height) < SMALLEST_PITCH) height += 8;
  const pitch = pitchIn(height);
  return {
    ...{ width, height, pitch, station },
    rows: Math.max(1, Math.floor(height / pitch)),
    columns: Math.max(1, Math.floor(station / pitch)),
  };
}

export function stationLeft({ station }: Track, state: FactState): number {
  return STATIONS.indexOf(state) * (station + GAP);
}

/** The middle of the gap before the finish. */
export function finishX(track: Track): number {
  return stationLeft(track, 'known') - GAP / 2;
}

/**
 * Places in the order of the standings; null where a fact was not asked yet. Piles are in order of arrival: what came first
 * stands at the far side of a station, right in the known one, left in the others.
 */
export function placesOf(standings: readonly (Standing | null)[], track: Track): (Place | null)[] {
  const places: (Place | null)[] = standings.map(() => null);
  for (const state of STATIONS) {
    const pile = standings.flatMap((standing, index) => (standing?.state === state ? [index] : []));
    pile.sort((a, b) => standings[a]!.since - standings[b]!.since || a - b);
    const left = stationLeft(track, state);
    pile.forEach((index, slot) => {
      const along = (Math.floor(slot / track.rows) + 0.5) * track.pitch;
      places[index] = {
        x: state === 'known' ? left + track.station - along : left + along,
        y: track.height - ((slot % track.rows) + 0.5) * track.pitch,
      };
    });
  }
  return places;
}

/** The mark at a point, within reach of a finger; −1 for none. */
export function markAt(places: readonly (Place | null)[], x: number, y: number, reach: number): number {
  let best = -1;
  let least = reach * reach;
  places.forEach((place, index) => {
    if (place === null) return;
    const distance = (place.x - x) ** 2 + (place.y - y) ** 2;
    if (distance <= least) [best, least] = [index, distance];
  });
  return best;
}

const TOWARDS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The mark that a key leads to from another one; −1 where the key leads nowhere. */
export function markBeside(places: readonly (Place | null)[], from: number, key: string): number {
  if (key === 'Home' || key === 'End') {
    const there = places.flatMap((place, index) => (place === null ? [] : [{ ...place, index }]));
    there.sort((a, b) => a.x - b.x || b.y - a.y);
    return (key === 'Home' ? there[0] : there.at(-1))?.index ?? -1;
  }
  const towards = TOWARDS[key];
  const here = places[from];
  if (towards === undefined || !here) return -1;
  let best = -1;
  let least = Infinity;
  places.forEach((place, index) => {
    if (place === null || index === from) return;
    const [dx, dy] = [place.x - here.x, place.y - here.y];
    const ahead = dx * towards[0] + dy * towards[1];
    const aside = Math.abs(dx * towards[1]) + Math.abs(dy * towards[0]);
    if (ahead <= 0.01) return;
    const cost = ahead + 3 * aside;
    if (cost < least) [best, least] = [index, cost];
  });
  return best;
}

/** From 0 to 1: first those that change their state move, then the piles close up. */
export function eased(share: number, mover: boolean): number {
  const [begin, end] = mover ? [0, 0.75] : [0.45, 1];
  const t = Math.min(1, Math.max(0, (share - begin) / (end - begin)));
  return t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2;
}
