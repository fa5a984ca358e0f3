/** Conversations in tokens: our own templates through our own tokenizer and through real ones. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { chatTemplateSource, loadChatTemplate } from '../../../src/tokens/chat-template';
import { createTokenizer } from '../../../src/tokens/hf-tokenizer';
import type { ChatMessage, Tokenizer } from '../../../src/tokens/types';
import { BRACKETED, MARKED_TURNS, NO_SYSTEM } from '../../helpers/chat-templates';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { TINY_BOS_ID, TINY_EOS_ID, tinyTokenizerJson } from '../../helpers/tiny-model';

type Json = Record<string, unknown>;
const settings = { bos_token: '<s>', eos_token: { content: '</s>' } };
const MARKS = ['<|im_start|>', '<|im_end|>'];

/** The file with the marks of a conversation as special tokens behind its own. */
function withMarks(file: Json): Json {
  const added = (file.added_tokens ?? []) as { id: number }[];
  const { vocab } = file.model as { vocab: Json | unknown[] };
  const ids = [...added.map(({ id }) => id), ...(Array.isArray(vocab) ? [vocab.length] : Object.values(vocab))];
  const first = (ids as number[]).reduce((most, id) => Math.max(most, id), 0) + 1;
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return { ...file, added_tokens: [...added, ...MARKS.map((content, i) => ({ id: first + i, content, ...flags }))] };
}

const tiny = async (template: string) =>
  createTokenizer(withMarks(tinyTokenizerJson()), settings, { chat: await loadChatTemplate(template, 'tiny') });
const texts = (tokenizer: Tokenizer, ids: Iterable<number>) => [...ids].map((id) => tokenizer.tokenText(id));
const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });

function errorOf(body: () => unknown): LabError {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    return error as LabError;
  }
  return expect.fail('nothing was thrown');
}

describe('a conversation with marked turns', () => {
  it('holds the marks as special tokens, opens the answer and puts no BOS of its own in front', async () => {
    const tokenizer = await tiny(MARKED_TURNS);
    const ids = tokenizer.encodeChat([user('no')]);
    expect(texts(tokenizer, ids).join('')).toBe('<|im_start|>user\nno<|im_end|>\n<|im_start|>assistant\n');
    expect(ids.filter((id) => tokenizer.tokenText(id) === '<|im_start|>')).toHaveLength(2);
    expect([...ids]).not.toContain(TINY_BOS_ID);
  });

  it('answers without a space in front and ends with the mark of its own', async () => {
    const tokenizer = await tiny(MARKED_TURNS);
    expect(tokenizer.tokenText(tokenizer.replyStopId!)).toBe('<|im_end|>');
    const reply = tokenizer.encodeReply('HP:0012', tokenizer.replyStopId!);
    expect(texts(tokenizer, reply).join('')).toBe('HP:0012<|im_end|>');
    expect(tokenizer.decodeCompletion([...reply])).toBe('HP:0012');
  });

  it('continues the opened turn as the template writes it', async () => {
    const tokenizer = await tiny(MARKED_TURNS);
    const opened = [...tokenizer.encodeChat([user('What is it?')])];
    const whole = [...tokenizer.encodeChat([user('What is it?'), assistant('HP:0012')])];
    const joined = [...opened, ...tokenizer.encodeReply('HP:0012', tokenizer.replyStopId!)];
    expect(whole.slice(0, joined.length)).toEqual(joined);
  });

  it('gives back every reply', async () => {
    const tokenizer = await tiny(MARKED_TURNS);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (reply) => {
        const text = reply.trim();
        expect(tokenizer.decodeCompletion([...tokenizer.encodeReply(text, TINY_EOS_ID)])).toBe(text);
      }),
    );
  });
});

describe('a conversation in brackets', () => {
  it('has the one BOS that the template writes, and an answer behind a space', async () => {
    const tokenizer = await tiny(BRACKETED);
    const ids = [...tokenizer.encodeChat([{ role: 'system', content: 'be brief' }, user('no')])];
    expect(ids.filter((id) => id === TINY_BOS_ID)).toHaveLength(1);
    expect(texts(tokenizer, ids).join('')).toBe('<s>[INST] be brief [/INST][INST] no [/INST]');
    expect(tokenizer.replyStopId).toBe(TINY_EOS_ID);
    expect(texts(tokenizer, tokenizer.encodeReply('HP:0012', TINY_EOS_ID))).toEqual([' HP', ':', '00', '12', '</s>']);
  });
});

describe('what cannot be a conversation', () => {
  it('without a template says to choose another style', () => {
    const tokenizer = createTokenizer(tinyTokenizerJson(), settings);
    expect([tokenizer.chatTemplate, tokenizer.replyStopId]).toEqual([null, null]);
    const error = errorOf(() => tokenizer.encodeChat([user('a')]));
    expect(error).toMatchObject({ code: 'tokenizer-invalid', control: 'templates.evaluationStyle' });
    expect(error.hint).toContain('"completion"');
  });

  it('tells a system message that the template refuses, in its own words', async () => {
    const tokenizer = await tiny(NO_SYSTEM);
    expect(texts(tokenizer, tokenizer.encodeChat([user('no')])).join('')).toBe('user: no\nassistant: ');
    const error = errorOf(() => tokenizer.encodeChat([{ role: 'system', content: 'x' }, user('no')]));
    expect(error.message).toContain('no system message here');
    expect(error.hint).toContain('templates.system');
  });

  it('tells a template that is no Jinja when it is used, not before', async () => {
    const tokenizer = await tiny('{% for %}');
    expect(tokenizer.replyStopId).toBeNull();
    expect(errorOf(() => tokenizer.encodeChat([user('a')])).message).toMatch(/tiny cannot be read/);
  });

  it('refuses a message that would end its own turn', async () => {
    const tokenizer = await tiny(MARKED_TURNS);
    const error = errorOf(() => tokenizer.encodeChat([user('a<|im_end|>b')]));
    expect([error.code, error.message]).toEqual(['tokenizer-invalid', expect.stringContaining('"<|im_end|>"')]);
  });
});

describe('special tokens inside plain text', () => {
  it('stay text in prompts and completions', () => {
    const tokenizer = createTokenizer(tinyTokenizerJson(), settings);
    const prompt = [...tokenizer.encodePrompt('a</s><s>')];
    expect(prompt.filter((id) => id === TINY_BOS_ID || id === TINY_EOS_ID)).toEqual([TINY_BOS_ID]);
    const completion = [...tokenizer.encodeCompletion('<s>struck</s>', TINY_EOS_ID)];
    expect(completion.indexOf(TINY_EOS_ID)).toBe(completion.length - 1);
    expect(tokenizer.decodeCompletion(completion)).toBe('<s>struck</s>');
  });
});

describe('the source of a template', () => {
  it('is the text, the list’s default, the list’s first, or none', () => {
    const named = (...names: string[]) => ({ chat_template: names.map((name) => ({ name, template: `T ${name}` })) });
    expect(chatTemplateSource({ chat_template: 'T' }, 'f')).toBe('T');
    expect(chatTemplateSource(named('tool_use', 'default'), 'f')).toBe('T default');
    expect(chatTemplateSource(named('rag', 'tool_use'), 'f')).toBe('T rag');
    expect(chatTemplateSource({}, 'f')).toBeNull();
    for (const chat_template of [7, [], [{ name: 'default' }], [null], {}]) {
      expect(errorOf(() => chatTemplateSource({ chat_template }, 'f.json')).message).toContain('f.json');
    }
  });

  it('is told the same date on every day', async () => {
    const template = await loadChatTemplate('{{ strftime_now("%d %b %Y, %-d %B, %%, %q") }}', 't');
    expect(template.render([], {})).toBe('01 Jan 2024, 01 January, %, %q');
  });

  it('may count with range', async () => {
    const template = await loadChatTemplate(
      '{% for i in range(1, 6, 2) %}{{ i }}{% endfor %}{{ range(2) | length }}',
      't',
    );
    expect(template.render([], {})).toBe('1352');
  });
});

const FOLDERS = ['gpt2', 'mistral', 'neox', 'phi3', 'tinyllama'];
describeWithShared(
  'real tokenizers in conversation',
  FOLDERS.map((name) => `tokenizers/${name}`),
  () => {
    const readJson = (name: string, file: string): Json => {
      try {
        return JSON.parse(readFileSync(sharedPath('tokenizers', name, file), 'utf8')) as Json;
      } catch {
        return {};
      }
    };
    const open = async (name: string, template: string) =>
      createTokenizer(withMarks(readJson(name, 'tokenizer.json')), readJson(name, 'tokenizer_config.json'), {
        chat: await loadChatTemplate(template, name),
        stopIds: [name === 'gpt2' ? 50256 : 2],
      });

    it.each(FOLDERS)('%s reads question and answer as if the template had written both', async (name) => {
      for (const template of [MARKED_TURNS, BRACKETED]) {
        const tokenizer = await open(name, template);
        for (const answer of ['HP:0001250', 'Ménière’s disease', '{"identifier": "HP:0001250"}']) {
          const asked = user('Which one is it?');
          const reply = [...tokenizer.encodeReply(answer, 2)].slice(0, -1);
          const joined = [...tokenizer.encodeChat([asked]), ...reply];
          expect([...tokenizer.encodeChat([asked, assistant(answer)])].slice(0, joined.length)).toEqual(joined);
          expect(tokenizer.decodeCompletion(reply)).toBe(answer);
        }
        expect(tokenizer.replyStopId).toBe(template === MARKED_TURNS ? tokenizer.vocabSize - 1 : tokenizer.eosId);
      }
    });

    it.each(FOLDERS)('%s never makes a special token out of text', async (name) => {
      const tokenizer = await open(name, MARKED_TURNS);
      for (const text of ['<s>a</s>', '<|endoftext|>', '<|im_end|> [INST]', 'a<unk>b']) {
        const ids = [...tokenizer.encodeCompletion(text, 2)].slice(0, -1);
        expect(tokenizer.decodeCompletion(ids)).toBe(text);
      }
    });
  },
);
