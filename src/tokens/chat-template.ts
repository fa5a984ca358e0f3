/**
 * A model's chat template: from its files to text.
 *
 * Promises: equal messages give equal text, on every host and every day: a template that asks for the date gets a fixed
 * one. The Jinja engine is loaded only for a model that has a template. A template that cannot be read is told when it is
 * first used, since the model works without it. Must not know: token ids, prompts, files.
 */
import type { Environment } from '@huggingface/jinja';
import { LabError } from '../core/errors';
import type { Json } from './tokenizer-file';
import type { ChatMessage } from './types';

export interface ChatTemplate {
  /** Jinja source. */
  readonly source: string;
  /**
   * Text of the messages; the opening of the assistant's turn follows where the last message is not the assistant's.
   * `names` are the special tokens by name (`bos_token`, …). Throws `tokenizer-invalid` for a template that cannot be read
   * or that refuses the messages.
   */
  render(messages: readonly ChatMessage[], names: Readonly<Record<string, string>>): string;
}

/**
 * Source in a tokenizer_config.json: a text, or a list of named ones, of which `default` counts, else the first.
 * Null where there is none. Throws `tokenizer-invalid` for anything else.
 */
export function chatTemplateSource(config: Json, fileName: string): string | null {
  const given = config.chat_template ?? null;
  if (given === null || typeof given === 'string') return given;
  const named = Array.isArray(given) ? (given as { name?: unknown; template?: unknown }[]) : [];
  const chosen = named.find((entry) => entry?.name === 'default') ?? named[0];
  if (typeof chosen?.template === 'string') return chosen.template;
  throw new LabError(
    'tokenizer-invalid',
    `${fileName}: "chat_template" is neither a text nor a list of named templates.`,
    {
      hint: `Take ${fileName} from the place the weights came from, or remove "chat_template" from it.`,
    },
  );
}

/** `fileName` is for messages. */
export async function loadChatTemplate(source: string, fileName: string): Promise<ChatTemplate> {
  const jinja = await import('@huggingface/jinja');
  const fail = (what: string, cause: unknown, hint: string) =>
    new LabError(
      'tokenizer-invalid',
      `The chat template of ${fileName} ${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { hint, control: 'templates.evaluationStyle', cause },
    );
  const read = () => {
    try {
      return new jinja.Template(source).parsed;
    } catch (error) {
      return fail('cannot be read', error, 'Choose the style "completion", or repair the template.');
    }
  };
  const parsed = read();
  return {
    source,
    render(messages, names) {
      if (parsed instanceof LabError) throw parsed;
      try {
        const environment = new jinja.Environment();
        for (const [name, value] of Object.entries({ ...GLOBALS, ...names })) environment.set(name, value);
        setMessages(environment, messages);
        return String(new jinja.Interpreter(environment).run(parsed).value);
      } catch (error) {
        throw fail(
          'refuses the messages',
          error,
          'Many templates take no system message: set templates.system to "" or choose the style "completion".',
        );
      }
    },
  };
}

function setMessages(environment: Environment, messages: readonly ChatMessage[]): void {
  environment.set(
    'messages',
    messages.map(({ role, content }) => ({ role, content })),
  );
  environment.set('add_generation_prompt', messages.at(-1)?.role !== 'assistant');
}

/** What templates may expect beside the messages. */
const GLOBALS: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range: (start: number, stop?: number, step = 1) => {
    const [from, to] = stop === undefined ? [0, start] : [start, stop];
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, index) => from + index * step);
  },
  raise_exception: (message: unknown) => {
    throw new Error(String(message));
  },
  strftime_now: fixedDate,
};

/** Some templates tell the model what day it is: in the lab it is always the same one, or no run could be repeated. */
const DATE: Readonly<Record<string, string>> = {
  d: '01',
  m: '01',
  y: '24',
  Y: '2024',
  b: 'Jan',
  B: 'January',
  a: 'Mon',
  A: 'Monday',
  H: '00',
  M: '00',
  S: '00',
};

function fixedDate(format: string): string {
  return format.replace(/%-?([A-Za-z%])/g, (directive, letter: string) =>
    letter === '%' ? '%' : (DATE[letter] ?? directive),
  );
}
