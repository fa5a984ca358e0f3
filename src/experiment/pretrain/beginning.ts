/**
 * A tokenizer that puts a token in front of every text. Pure.
 *
 * Promises: one that does something behind its pieces already is left as it is; one that does nothing gets its bos_token in
 * front, or, where it names none, its eos_token, which then stands at both ends as in GPT-2. Must not know: models.
 */
import { beginningWith } from '../../tokens/beginning';
import type { TokenizerFiles } from '../../worlds/types';

export function withBeginning({ tokenizer, tokenizerConfig }: TokenizerFiles): TokenizerFiles {
  const bos = contentOf(tokenizerConfig.bos_token) ?? contentOf(tokenizerConfig.eos_token);
  const id = bos === null ? null : idOf(tokenizer.added_tokens, bos);
  if ((tokenizer.post_processor ?? null) !== null || bos === null || id === null) return { tokenizer, tokenizerConfig };
  return {
    tokenizer: { ...tokenizer, post_processor: beginningWith(bos, id) },
    tokenizerConfig: { ...tokenizerConfig, bos_token: bos },
  };
}

/** A special token is written as its text, or as an object that holds it. */
function contentOf(token: unknown): string | null {
  if (typeof token === 'string') return token;
  const content = (token as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : null;
}

function idOf(added: unknown, content: string): number | null {
  const list = Array.isArray(added) ? (added as { id?: unknown; content?: unknown }[]) : [];
  const id = list.find((token) => token?.content === content)?.id;
  return typeof id === 'number' ? id : null;
}
