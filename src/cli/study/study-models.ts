/**
 * The models of a study of worlds on this machine: each in a folder that `ontoscope pretrain WORLD --out` would write.
 *
 * Promises: a model is pretrained once, however many cells need it; one that was interrupted goes on from its checkpoint; one
 * that is finished is checked by its hashes before it is used. Must not know: what a cell asks of it.
 */
import { LabError } from '../../core/errors';
import type { NamedText } from '../../core/files';
import { makeWorld, preparePretraining, worldFiles, type PreparedPretraining, type StudyModel } from '../../experiment';
import { pretrainPlanLines } from '../pretrain-lines';
import { PretrainStore } from '../pretrain-store';
import { lockRun } from '../run-lock';
import { executePretraining, findPretrainPoint } from '../run-pretraining';
import type { Terminal } from '../terminal';
import type { StudyFile } from './study-file';
import type { StudyStore } from './study-store';

const DTYPE = 'f32';

export interface PreparedModel {
  prepared: PreparedPretraining;
  /** Of its world. */
  files: NamedText[];
}

/** The world of a model, made, and its pretraining, checked. */
export async function prepareModel(
  { world: spec, pretrain }: StudyModel,
  { openGiven }: Pick<StudyFile, 'openGiven'>,
): Promise<PreparedModel> {
  const world = await makeWorld(spec, openGiven);
  const { corpus, tokenizer } = world;
  const prepared = preparePretraining({ name: spec.name, corpus, tokenizer }, pretrain);
  return { prepared, files: worldFiles(world).files };
}

export interface StudyModelsOptions {
  quiet: boolean;
  terminal: Terminal;
  /** Somebody asked to end. */
  stopped(): boolean;
}

export class StudyModels {
  readonly #asked = new Map<string, Promise<string>>();

  constructor(
    private readonly file: Pick<StudyFile, 'openGiven'>,
    private readonly store: StudyStore,
    private readonly options: StudyModelsOptions,
  ) {}

  /**
   * The folder of a model that can be used; what refused it once refuses it again. Throws what making the world and
   * pretraining throw, `file-mismatch` where a finished model was changed, `cancelled` where it was interrupted.
   */
  ready(model: StudyModel): Promise<string> {
    const known = this.#asked.get(model.id);
    if (known) return known;
    const asked = this.#make(model);
    this.#asked.set(model.id, asked);
    return asked;
  }

  async #make(model: StudyModel): Promise<string> {
    const { quiet, terminal, stopped } = this.options;
    const folder = this.store.modelFolder(model);
    const lock = await lockRun(folder);
    try {
      const { prepared, files } = await prepareModel(model, this.file);
      const models = new PretrainStore(folder, files);
      const from = await findPretrainPoint(models, prepared, DTYPE, { owned: true });
      if (from === 'done') {
        await models.check((await models.manifest())!);
        return folder;
      }
      if (!quiet) for (const line of [`model ${model.id}`, ...pretrainPlanLines(prepared)]) terminal.log(line);
      if (stopped()) throw cancelled(model);
      const { state } = await executePretraining(prepared, models, { from, dtype: DTYPE, quiet, terminal });
      if (state === 'done') return folder;
      throw cancelled(model);
    } finally {
      await lock.release();
    }
  }
}

function cancelled({ id }: StudyModel): LabError {
  return new LabError('cancelled', `Pretraining of the model ${id} was stopped.`, { hint: 'Use --resume.' });
}
