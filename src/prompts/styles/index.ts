/** The registry of styles: adding one is one file and one line here. */
import type { StyleName } from '../types';
import { chatStyle } from './chat';
import { completionStyle } from './completion';
import { jsonStyle } from './json';
import type { PromptStyle } from './types';

export const STYLES: Readonly<Record<StyleName, PromptStyle>> = {
  completion: completionStyle,
  chat: chatStyle,
  json: jsonStyle,
};
