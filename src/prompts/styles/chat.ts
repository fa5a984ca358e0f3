/** Style `chat`: the prompt as a user's message, the bare answer as the assistant's; each example is an earlier exchange. */
import type { ChatMessage } from '../../tokens/types';
import type { PromptStyle } from './types';

/** A system message as the head of a conversation; an empty or missing one is none. */
export function systemMessage(content: string | null): ChatMessage[] {
  return content ? [{ role: 'system', content }] : [];
}

export const chatStyle: PromptStyle = {
  name: 'chat',
  description:
    'The question as a message through the model’s own chat template; the assistant answers with the bare answer.',
  takesSystem: true,
  ask: ({ prompt, examples, system }) => ({
    messages: [
      ...systemMessage(system),
      ...examples.flatMap((example): ChatMessage[] => [
        { role: 'user', content: example.prompt },
        { role: 'assistant', content: example.label },
      ]),
      { role: 'user', content: prompt },
    ],
    text: null,
  }),
  completion: (label) => label,
};
