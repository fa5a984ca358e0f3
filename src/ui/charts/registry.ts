/** Every chart of results; within a group in the order in which they stand on the page. One folder and one line each. */
import { accuracy } from './accuracy';
import { canaries } from './canaries';
import type { Chart } from './chart';
import { cosines } from './cosines';
import { direction } from './direction';
import { embeddingMap } from './embedding-map';
import { gainers } from './gainers';
import { hazards } from './hazards';
import { language } from './language';
import { latentMap } from './latent-map';
import { learningRate } from './learning-rate';
import { loss } from './loss';
import { outcomes } from './outcomes';
import { partial } from './partial';
import { rise } from './rise';
import { separation } from './separation';
import { states } from './states';
import { survival } from './survival';
import { transitions } from './transitions';

export const CHARTS: readonly Chart[] = [
  survival,
  accuracy,
  learningRate,
  hazards,
  rise,
  partial,
  outcomes,
  transitions,
  states,
  gainers,
  latentMap,
  direction,
  embeddingMap,
  cosines,
  separation,
  canaries,
  language,
  loss,
];
