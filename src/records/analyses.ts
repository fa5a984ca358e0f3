/**
 * What analyses take and give: estimates of whole runs that take long enough to be computed beside the page. One line
 * each; plain data, as it crosses between page and worker.
 *
 * Must not know: how anything is estimated (`experiment/analyses`), who asks.
 */
import type { Direction } from '../core/direction';
import type { FactEvent } from '../core/fact-event';
import type { StudyRow } from './study-summary';
import type { TemplateRole } from './types';
import type { WholeRun } from './run-files';

/** Records that an analysis looks at. */
export type AnalysedRun = Pick<WholeRun, 'manifest' | 'facts' | 'trials' | 'steps' | 'summary' | 'probes' | 'files'>;

/** A hazard ratio of one covariate by one model, or why there is none. */
export type HazardRow = Pick<StudyRow, 'term' | 'estimate' | 'coefficient' | 'notEstimated' | 'warnings' | 'events'> & {
  model: 'cox' | 'cloglog';
};

export interface Analyses {
  /** Cox and grouped-time models of what makes facts of one direction learned sooner; `lexical`: their wording too. */
  hazards: {
    args: { direction: Direction; template: TemplateRole; event: FactEvent; covariates: 'main' | 'lexical' };
    result: HazardRow[];
  };
}
export type AnalysisName = keyof Analyses;
export type AnalysisArgs<Name extends AnalysisName> = Analyses[Name]['args'];
export type AnalysisResult<Name extends AnalysisName> = Analyses[Name]['result'];
/** What is asked: an analysis by name, with what it takes. */
export type AnalysisRequest<Name extends AnalysisName = AnalysisName> = {
  [Own in Name]: { name: Own; args: AnalysisArgs<Own> };
}[Name];
