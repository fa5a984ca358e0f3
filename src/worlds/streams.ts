/**
 * Streams of a world's seed, one for each thing that is drawn.
 *
 * Promises: turning one dial leaves alone what other dials draw: names do not change with exposures, filler not with facts.
 */
export const WORLD_STREAM = {
  names: 101,
  codes: 102,
  exposures: 103,
  mixing: 104,
  sentences: 105,
  places: 106,
  filler: 107,
  heldOut: 108,
  standIns: 109,
  given: 110,
  derived: 111,
  termFirst: 112,
} as const;
