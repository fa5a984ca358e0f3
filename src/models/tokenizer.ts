/**
 * The tokenizer of a model folder: tokenizer.json, or the older vocab.json and merges.txt, with settings and chat template.
 *
 * Promises: every id that it gives is one of the model's. Must not know: weights, prompts.
 */
import { LabError } from '../core/errors';
import type { FileFolder } from '../core/files';
import { chatTemplateSource, loadChatTemplate } from '../tokens/chat-template';
import { createTokenizer } from '../tokens/hf-tokenizer';
import type { Json } from '../tokens/tokenizer-file';
import type { Tokenizer } from '../tokens/types';
import { tokenizerOfVocabMerges } from '../tokens/vocab-merges';
import type { ArchitectureName } from './architectures';
import { CONFIG_FILE, type ModelConfig } from './config';
import { type FileSizes, formatCount, readJsonObject, readText } from './files';

const TOKENIZER_FILE = 'tokenizer.json';
const SETTINGS_FILE = 'tokenizer_config.json';
const CHAT_TEMPLATE_FILE = 'chat_template.jinja';
const VOCAB_FILE = 'vocab.json';
const MERGES_FILE = 'merges.txt';
const SPECIAL_FILE = 'special_tokens_map.json';
const ADDED_FILE = 'added_tokens.json';

/** As transformers chooses where no file names a class. The other architectures have none that is made of the two files. */
const CLASSES: Partial<Record<ArchitectureName, string>> = {
  gpt2: 'GPT2Tokenizer',
  gpt_neox: 'GPTNeoXTokenizer',
  qwen2: 'Qwen2Tokenizer',
  qwen3: 'Qwen2Tokenizer',
};

/** The files of the folder that the tokenizer is made of, in reading order. */
export function tokenizerFiles(sizes: FileSizes): string[] {
  const old = [VOCAB_FILE, MERGES_FILE, ADDED_FILE, SPECIAL_FILE];
  const main = sizes.has(TOKENIZER_FILE) || !isOldPair(sizes) ? [TOKENIZER_FILE] : old;
  return [...main, SETTINGS_FILE, CHAT_TEMPLATE_FILE].filter((path) => sizes.has(path));
}

/** Null where the folder has none. Throws `tokenizer-invalid` or `tokenizer-mismatch`. */
export async function openTokenizer(
  folder: FileFolder,
  sizes: FileSizes,
  { stopIds, bosId, decoder, tokenizerClass, architecture }: ModelConfig,
): Promise<Tokenizer | null> {
  const text = async (path: string) => {
    const bytes = sizes.get(path);
    return bytes === undefined ? null : readText(folder, path, bytes, 'tokenizer-invalid');
  };
  const json = async (path: string) => {
    const bytes = sizes.get(path);
    return bytes === undefined ? null : readJsonObject(folder, path, bytes, 'tokenizer-invalid');
  };
  let content = await json(TOKENIZER_FILE);
  let fileName = TOKENIZER_FILE;
  if (content === null && !isOldPair(sizes)) return null;
  let settings: Json = (await json(SETTINGS_FILE)) ?? {};
  if (content === null) {
    fileName = VOCAB_FILE;
    const named = settings.tokenizer_class ?? tokenizerClass ?? CLASSES[architecture.modelType];
    const made = tokenizerOfVocabMerges({
      vocab: (await json(VOCAB_FILE))!,
      merges: (await text(MERGES_FILE))!,
      added: await json(ADDED_FILE),
      settings: { ...(await json(SPECIAL_FILE)), ...settings, tokenizer_class: named },
    });
    content = made.file;
    settings = made.settings;
  }
  // A template in a file of its own goes before the one among the settings.
  const own = await text(CHAT_TEMPLATE_FILE);
  const source = own ?? chatTemplateSource(settings, SETTINGS_FILE);
  const chat = source && (await loadChatTemplate(source, own === null ? SETTINGS_FILE : CHAT_TEMPLATE_FILE));
  const tokenizer = createTokenizer(content, settings, { bosId, stopIds, chat: chat || null, fileName });
  if (tokenizer.vocabSize <= decoder.vocabSize) return tokenizer;
  throw new LabError(
    'tokenizer-mismatch',
    `${fileName} uses token ids up to ${formatCount(tokenizer.vocabSize - 1)}, but the model knows only ` +
      `${formatCount(decoder.vocabSize)} tokens (vocab_size in ${CONFIG_FILE}).`,
    { hint: `Take ${fileName} from the place the weights came from.` },
  );
}

/** Ids that end a sequence: the configuration's, else the tokenizer's. */
export function stopIdsOf(config: Pick<ModelConfig, 'stopIds'>, tokenizer: Tokenizer | null): number[] {
  return config.stopIds.length > 0 ? config.stopIds : [tokenizer?.eosId ?? []].flat();
}

export function failWithoutTokenizer(folder: FileFolder): never {
  throw new LabError(
    'file-missing',
    `${folder.name} has no ${TOKENIZER_FILE}, and no ${VOCAB_FILE} with ${MERGES_FILE}, so text cannot become token ids.`,
    { hint: `Add the model's ${TOKENIZER_FILE}, or give token ids instead of text.`, control: 'model.path' },
  );
}

function isOldPair(sizes: FileSizes): boolean {
  return sizes.has(VOCAB_FILE) && sizes.has(MERGES_FILE);
}
