/** Questions in tokens and their preview, through our own tokenizer and real ones. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  encodeQuestion,
  evaluationQuestion,
  previewQuestion,
  questionStopId,
  STYLE_NAMES,
  trainQuestions,
} from '../../../src/prompts';
import { loadChatTemplate } from '../../../src/tokens/chat-template';
import { createTokenizer } from '../../../src/tokens/hf-tokenizer';
import { BRACKETED, MARKED_TURNS } from '../../helpers/chat-templates';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { TINY_BOS_ID, TINY_EOS_ID, tinyTokenizerJson } from '../../helpers/tiny-model';
import { designOf, STATURE } from './cases';

type Json = Record<string, unknown>;
const settings = { bos_token: '<s>', eos_token: '</s>' };
const plain = createTokenizer(tinyTokenizerJson(), settings);
const withChat = async (template: string) =>
  createTokenizer(tinyTokenizerJson(), settings, { chat: await loadChatTemplate(template, 'tiny') });
const asked = (evaluationStyle: (typeof STYLE_NAMES)[number]) =>
  evaluationQuestion(STATURE, 'term-to-id', 'held-out', designOf({ evaluationStyle }));

describe('the preview', () => {
  it('shows every token, which of them count, and where the answer stops', () => {
    const { tokens } = previewQuestion(asked('completion'), plain, TINY_EOS_ID);
    expect(tokens.map(({ text }) => text).join('')).toBe('<s>I want the ID of Short stature: HP:0004322</s>');
    expect(tokens[0]).toEqual({ id: TINY_BOS_ID, text: '<s>', role: 'prompt', supervised: false });
    expect(tokens.at(-1)).toEqual({ id: TINY_EOS_ID, text: '</s>', role: 'stop', supervised: true });
    const counted = tokens.filter(({ supervised }) => supervised);
    expect(counted.map(({ text }) => text).join('')).toBe(' HP:0004322</s>');
    expect(tokens.filter(({ role }) => role === 'prompt')).toHaveLength(tokens.length - counted.length);
  });

  it('is exactly what is trained', () => {
    for (const question of trainQuestions(STATURE, 'id-to-term', designOf())) {
      const { prompt, completion } = encodeQuestion(question, plain, TINY_EOS_ID);
      const { tokens } = previewQuestion(question, plain, TINY_EOS_ID);
      expect(tokens.map(({ id }) => id)).toEqual([...prompt, ...completion]);
    }
  });
});

describe('a model without a chat template', () => {
  it('cannot be asked in the style chat', () => {
    expect(() => encodeQuestion(asked('chat'), plain, TINY_EOS_ID)).toThrow(/no chat template/);
  });

  it('gets the text of the style json plain', () => {
    const { prompt, completion } = encodeQuestion(asked('json'), plain, TINY_EOS_ID);
    expect([...prompt]).toEqual([...plain.encodePrompt(asked('json').text!)]);
    expect(plain.decodeCompletion([...completion])).toBe('{"identifier": "HP:0004322"}');
    expect(questionStopId(asked('json'), plain, TINY_EOS_ID)).toBe(TINY_EOS_ID);
  });
});

describe('a model with a chat template', () => {
  it('gets messages in the styles chat and json, plain text in the style completion', async () => {
    const tokenizer = await withChat(BRACKETED);
    const shown = (style: 'completion' | 'chat' | 'json') =>
      previewQuestion(asked(style), tokenizer, TINY_EOS_ID)
        .tokens.map(({ text }) => text)
        .join('');
    expect(shown('chat')).toBe('<s>[INST] I want the ID of Short stature: [/INST] HP:0004322</s>');
    expect(shown('json')).toMatch(
      /^<s>\[INST\] You look up .*\[INST\] Find the identifier.*Reply: \[\/INST\] \{"identifier"/s,
    );
    expect(shown('completion')).toBe('<s>I want the ID of Short stature: HP:0004322</s>');
  });

  it('stops at the end of the turn, where the template names one', async () => {
    const own = 7;
    expect(questionStopId(asked('chat'), await withChat(BRACKETED), own)).toBe(TINY_EOS_ID);
    expect(questionStopId(asked('completion'), await withChat(BRACKETED), own)).toBe(own);
    // The marks of this template are no special tokens of the tiny tokenizer.
    expect(questionStopId(asked('chat'), await withChat(MARKED_TURNS), own)).toBe(own);
  });
});

const FOLDERS = ['gpt2', 'mistral', 'neox', 'phi3', 'tinyllama'];
describeWithShared(
  'real tokenizers',
  FOLDERS.map((name) => `tokenizers/${name}`),
  () => {
    it.each(FOLDERS)('%s shows the question and its answer in every style', async (name) => {
      const json = JSON.parse(readFileSync(sharedPath('tokenizers', name, 'tokenizer.json'), 'utf8')) as Json;
      const chat = await loadChatTemplate(MARKED_TURNS, name);
      const tokenizer = createTokenizer(json, settings, { chat, stopIds: [0] });
      for (const style of STYLE_NAMES) {
        const { tokens } = previewQuestion(asked(style), tokenizer, 0);
        const of = (supervised: boolean) =>
          tokens.filter((token) => token.supervised === supervised && token.role !== 'stop').map(({ text }) => text);
        expect(of(false).join('')).toContain('I want the ID of Short stature:');
        expect(of(true).join('').trim()).toBe(asked(style).completion);
        expect(tokens.filter(({ role }) => role === 'stop').map(({ id }) => id)).toEqual([0]);
      }
    });
  },
);
