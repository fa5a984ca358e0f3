/** Every chart of results; within a group in the order in which they stand on the page. One folder and one line each. */
import { accuracy } from './accuracy';
import type { Chart } from './chart';
import { loss } from './loss';
import { rise } from './rise';
import { survival } from './survival';
import { transitions } from './transitions';

export const CHARTS: readonly Chart[] = [survival, accuracy, rise, transitions, loss];
