/** Style `completion`: the prompt as plain text, the bare answer behind it; each example is a line of the same form. */
import type { PromptStyle } from './types';

export const completionStyle: PromptStyle = {
  name: 'completion',
  description: 'The question as plain text; the bare answer follows. Works with every model.',
  takesSystem: false,
  ask: ({ prompt, examples }) => ({
    messages: null,
    text: [...examples.map((example) => `${example.prompt} ${example.label}`), prompt].join('\n'),
  }),
  completion: (label) => label,
};
