/**
 * Style `json`: instructions, examples and the question in one message; the answer is a JSON object with one member.
 *
 * For comparison with studies that ask hosted models this way. A model without a chat template gets the same text plain.
 */
import type { Direction } from '../../core/direction';
import { systemMessage } from './chat';
import type { PromptStyle } from './types';

/** Member of the answer's object. */
export const JSON_KEYS: Readonly<Record<Direction, string>> = { 'term-to-id': 'identifier', 'id-to-term': 'term' };

const SYSTEM =
  'You look up entries of biomedical terminologies and know them by heart. Whatever you are asked, you reply with one valid JSON object.';

const completion: PromptStyle['completion'] = (label, direction) =>
  `{"${JSON_KEYS[direction]}": ${JSON.stringify(label)}}`;

export const jsonStyle: PromptStyle = {
  name: 'json',
  description: 'Instructions and the question; the answer is a JSON object, as hosted models are often asked.',
  takesSystem: true,
  ask: ({ prompt, direction, examples, system }) => {
    const key = JSON_KEYS[direction];
    const exchange = (question: string, reply: string) => `Question: ${question}\nReply:${reply}`;
    const user = [
      [
        `Find the ${key} that the question asks for.`,
        `- Reply with a JSON object that has the one key "${key}".`,
        `- Its value is the ${key} as a string, spelled as the terminology spells it.`,
        '- Write nothing before the object and nothing after it.',
      ].join('\n'),
      ...examples.map((example) => exchange(example.prompt, ` ${completion(example.label, direction)}`)),
      exchange(prompt, ''),
    ].join('\n\n');
    const first = system ?? SYSTEM;
    return {
      messages: [...systemMessage(first), { role: 'user', content: user }],
      text: first ? `${first}\n\n${user}` : user,
    };
  },
  completion,
};
