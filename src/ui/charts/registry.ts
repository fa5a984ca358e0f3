/** Every chart of results; within a group in the order in which they stand on the page. One folder and one line each. */
import { accuracy } from './accuracy';
import { canaries } from './canaries';
import type { Chart } from './chart';
import { gainers } from './gainers';
import { hazards } from './hazards';
import { language } from './language';
import { learningRate } from './learning-rate';
import { loss } from './loss';
import { outcomes } from './outcomes';
import { partial } from './partial';
import { rise } from './rise';
import { states } from './states';
import { survival } from './survival';
import { transitions } from './transitions';

export const CHARTS: readonly Chart[] = [
  survival,
  hazards,
  learningRate,
  accuracy,
  rise,
  partial,
  outcomes,
  transitions,
  states,
  gainers,
  canaries,
  language,
  loss,
];
