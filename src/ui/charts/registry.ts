/** Every chart of results; within a group in the order in which they stand on the page. One folder and one line each. */
import { accuracy } from './accuracy';
import type { Chart } from './chart';
import { cosines } from './cosines';
import { direction } from './direction';
import { embeddingMap } from './embedding-map';
import { latentMap } from './latent-map';
import { loss } from './loss';
import { rise } from './rise';
import { separation } from './separation';
import { survival } from './survival';
import { transitions } from './transitions';

export const CHARTS: readonly Chart[] = [
  survival,
  accuracy,
  rise,
  transitions,
  latentMap,
  direction,
  embeddingMap,
  cosines,
  separation,
  loss,
];
