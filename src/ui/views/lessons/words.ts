/** How a lesson's parts look words up. Types only. */
import type { GlossaryWord } from '../../../app/lessons/lesson-schema';

export interface Words {
  meaning(word: string): GlossaryWord | null;
  /** The page of all words. */
  glossary: string;
}
