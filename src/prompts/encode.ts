/**
 * Questions in tokens: for the engine, and token by token for the eye.
 *
 * Promises: prompt and completion are encoded apart and joined, so that generation starts from the very ids that training
 * and scoring used. Must not know: how a question was put together, models.
 */
import type { TokenExample } from '../core/packed-row';
import { LabError } from '../core/errors';
import type { Tokenizer } from '../tokens/types';
import type { Question } from './types';

/** Messages where there is a template for them or nothing else; else the plain text. */
function asMessages({ messages, text }: Question, tokenizer: Tokenizer): NonNullable<Question['messages']> | null {
  return tokenizer.chatTemplate === null && text !== null ? null : messages;
}

/** The stop token that ends the answer: that of the assistant's turn in a conversation, else the model's own. */
export function questionStopId(question: Question, tokenizer: Tokenizer, stopId: number): number {
  return asMessages(question, tokenizer) === null ? stopId : (tokenizer.replyStopId ?? stopId);
}

/** Throws `tokenizer-invalid` for messages that the tokenizer has no template for or that its template refuses. */
export function encodeQuestion(question: Question, tokenizer: Tokenizer, stopId: number): TokenExample {
  const { text, completion } = question;
  const messages = asMessages(question, tokenizer);
  if (messages !== null) {
    return { prompt: tokenizer.encodeChat(messages), completion: tokenizer.encodeReply(completion, stopId) };
  }
  if (text !== null) {
    return { prompt: tokenizer.encodePrompt(text), completion: tokenizer.encodeCompletion(completion, stopId) };
  }
  throw new LabError('internal', 'A question has neither messages nor text.', {
    hint: 'This is a defect of Ontoscope: please report it with the spec.',
  });
}

export interface PreviewToken {
  id: number;
  text: string;
  role: 'prompt' | 'completion' | 'stop';
  /** Whether the loss and the scores count it. */
  supervised: boolean;
}

/** Every token of a question with its answer, exactly as the engine gets it, and the mask. */
export function previewQuestion(question: Question, tokenizer: Tokenizer, stopId: number): { tokens: PreviewToken[] } {
  const { prompt, completion } = encodeQuestion(question, tokenizer, stopId);
  const show = (id: number, role: PreviewToken['role']): PreviewToken => ({
    id,
    text: tokenizer.tokenText(id),
    role,
    supervised: role !== 'prompt',
  });
  const last = completion.length - 1;
  return {
    tokens: [
      ...Array.from(prompt, (id) => show(id, 'prompt')),
      ...Array.from(completion, (id, index) => show(id, index === last ? 'stop' : 'completion')),
    ],
  };
}
