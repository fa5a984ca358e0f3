/** Of which run a saved picture is and what it was computed on, in one line. */
import type { ChartOrigin } from '../../app/chart-file';
import { adapterName } from '../format';

/** Empty for a picture that is of no run. */
export function sourceWords(origin: ChartOrigin | null): string {
  if (origin === null) return '';
  const { name, seed, model, ontology, gpu, state } = origin.run;
  const whole = state === 'done' ? '' : ' (not finished)';
  const adapter = `${adapterName(gpu)}${gpu.software ? ', a software adapter' : ''}`;
  return `${name}${whole}: ${model.name} asked of ${ontology.file.name}, seed ${seed}; computed on ${adapter}`;
}
