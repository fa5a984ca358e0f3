/**
 * Worlds in a browser: looked at while their dials turn, made when they are wanted.
 *
 * Promises: a newer look takes the place of an older one, which ends as `cancelled`; what was read or made is not read or
 * made again for the same dials. Must not know: the worker's port, pretraining.
 */
import { LabError } from '../core/errors';
import type { ByteFile } from '../core/files';
import { nextTask } from '../core/next-task';
import { buildWorld, placesOf, previewWorld, readGiven, summarizeWorld, worldFiles, type World } from '../experiment';
import { packFiles } from '../records';
import type { EncodedFile } from './bundle-protocol';
import type { PickedFile } from './data-calls';
import type { ResponseBody } from './protocol';
import type { GivenSource, WorldCounts, WorldInputs } from './world-protocol';

/** Facts of each group in a look. */
const EXAMPLES = 6;
/** Slices of training in which sentences are counted. */
const SLICES = 40;
/** Made and counted in well under a second. */
const COUNTED_IN_PASSING = 60_000;

type Pairs = Awaited<ReturnType<typeof readGiven>>;

export class WorldDesk {
  #round = 0;
  #pairs: { key: string; pairs: Pairs } | null = null;
  #made: { key: string; world: World } | null = null;

  /** @param open the same object for the same file */
  constructor(private readonly open: (file: PickedFile, control: string) => ByteFile) {}

  /** Throws `cancelled` where a newer look came, and what reading and making throw. */
  async look(
    { inputs, anyway }: { inputs: WorldInputs; anyway: boolean },
    post: (body: ResponseBody) => void,
  ): Promise<void> {
    const round = ++this.#round;
    // What waits in the line is read first: only the newest look is worth its time.
    const turn = async () => {
      await nextTask();
      if (round !== this.#round) throw replaced();
    };
    await turn();
    const look = previewWorld(inputs.world, await this.#given(inputs), EXAMPLES);
    post({ kind: 'world-looked', look });
    await turn();
    const small = look.factSentences + look.filler <= COUNTED_IN_PASSING;
    post({ kind: 'world-counted', counts: small || anyway ? countsOf(await this.make(inputs)) : null });
  }

  /** Throws `world-invalid`, `file-missing`, and what reading the given files throws. */
  async make(inputs: WorldInputs): Promise<World> {
    const key = JSON.stringify([inputs.world, inputs.given.map(nameOf)]);
    if (this.#made?.key !== key) {
      this.#made = null;
      this.#made = { key, world: buildWorld(inputs.world, await this.#given(inputs)) };
    }
    return this.#made.world;
  }

  /** The files that the terminal writes, as a zip. */
  async pack(inputs: WorldInputs): Promise<EncodedFile> {
    return { path: 'world.zip', bytes: packFiles(encodedWorldFiles(await this.make(inputs))) };
  }

  /** The pairs of the given groups: they do not depend on the other dials. */
  async #given({ world, given }: WorldInputs): Promise<Pairs> {
    const sources = world.groups.map(({ source }) => (source.kind === 'given' ? source : null));
    const key = JSON.stringify([world.seed, sources, given.map(nameOf)]);
    if (this.#pairs?.key !== key) {
      const open = async (source: GivenSource, control: string) => {
        const file = given.find(({ path }) => path === source.path)?.file;
        if (file) return this.open(file, control);
        throw new LabError('file-missing', `The pairs of ${source.path} are not chosen yet.`, {
          hint: 'Choose that table, or one of the bundled ontologies.',
          control,
        });
      };
      this.#pairs = { key, pairs: await readGiven(world, open) };
    }
    return this.#pairs.pairs;
  }
}

export function encodedWorldFiles(world: World): EncodedFile[] {
  const encoder = new TextEncoder();
  return worldFiles(world).files.map(({ name, text }) => ({ path: name, bytes: encoder.encode(text) }));
}

function countsOf(world: World): WorldCounts {
  const { hash, sentences, tokens, factTokens, longestSentence, vocabulary, groups } = summarizeWorld(world);
  return { hash, sentences, tokens, factTokens, longestSentence, vocabulary, groups, places: placesOf(world, SLICES) };
}

const nameOf = ({ path, file: { file } }: WorldInputs['given'][number]) => [
  path,
  file.size,
  (file as Partial<File>).lastModified ?? 0,
];

const replaced = () => new LabError('cancelled', 'Replaced by a newer look at the world.', { hint: 'Nothing to do.' });
