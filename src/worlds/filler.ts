/**
 * Filler: plausible, made-up laboratory sentences that state no fact, to dilute a corpus with.
 *
 * Promises: no sentence twice; none names a term or an identifier of the world; the same seed gives the same sentences,
 * whatever the facts are, but for sentences that would name one of them. The words are none of the made-up names'.
 */
import { LabError } from '../core/errors';
import { PhiloxSequence } from '../core/philox';
import type { Mentions } from './mentions';

const list = (words: string) => words.split('|');

const WORDS = {
  who: list(
    'the team|our group|one reader|two raters|the clinic|a second lab|the ward|the night shift|the board|a trainee|the authors|both centres',
  ),
  saw: list(
    'measured|compared|recorded|repeated|reviewed|counted|described|checked|plotted|discussed|questioned|noted|sampled|weighed|scanned|graded|missed|confirmed',
  ),
  what: list(
    'samples|slides|sections|cultures|swabs|scans|readings|cells|fibres|layers|tubes|images|charts|batches|plates|filters|visits|doses|curves|panels',
  ),
  how: list(
    'dry|frozen|fresh|pooled|labelled|stained|warm|cold|blank|paired|coded|thin|rinsed|mixed|filtered|cloudy|clear|sealed|old|spare',
  ),
  where: list(
    'in the cold room|at the bench|on the ward|in spring|under light|after noon|at the second visit|before lunch|in the archive|by hand|at low power|in the dark|during the audit|near the window|at rest|overnight',
  ),
  result: list(
    'no change was seen|the signal rose|the values fell|noise went down|the trend held|little was lost|half of them agreed|the colour faded|results stayed flat|the gap closed|a small drift remained|the curve bent|nothing grew|all tests passed|the error doubled',
  ),
  unit: list('minutes|hours|days|weeks|cycles|rounds|washes|runs|passes|visits'),
  joint: list('and|but|while|although|so|because|yet|until'),
};
type Word = keyof typeof WORDS;

/** A part is a list of words, a number, or text. */
const PATTERNS: readonly (readonly (Word | '#' | `=${string}`)[])[] = [
  ['who', 'saw', 'how', 'what', 'where', 'joint', 'result'],
  ['=after', '#', 'unit', 'who', 'saw', 'what', 'where', 'joint', 'result'],
  ['=across', '#', 'how', 'what', 'result', 'where', '=for', '#', 'unit'],
  ['=when', 'who', 'saw', '#', 'how', 'what', '=for', '#', 'unit', '=,', 'result'],
  ['=the', 'how', 'what', '=were', 'saw', 'where', '=for', '#', 'unit', 'joint', 'result'],
];

/** Every word that filler may hold, in small letters. */
export function fillerWords(): Set<string> {
  const parts = [
    ...Object.values(WORDS).flat(),
    ...PATTERNS.flat().flatMap((part) => (part[0] === '=' ? [part.slice(1)] : [])),
  ];
  return new Set(parts.flatMap((part) => part.split(' ')));
}

const MOST_TRIES = 2000;

/** Gives sentences one after another. Sentences that were given before, here or by a maker sharing `used`, are passed over. */
export class FillerMaker {
  readonly #random: PhiloxSequence;
  readonly #used: Set<string>;
  readonly #mentions: Mentions;

  constructor(seed: number, stream: number, used: Set<string>, mentions: Mentions) {
    this.#random = new PhiloxSequence(seed, stream);
    this.#used = used;
    this.#mentions = mentions;
  }

  /** Throws `world-invalid` where the world's terms leave no sentence. */
  next(): string {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const sentence = this.#draw();
      if (this.#used.has(sentence) || this.#mentions.in(sentence)) continue;
      this.#used.add(sentence);
      return sentence;
    }
    throw new LabError(
      'world-invalid',
      'No filler is left that names none of the terms and is none of the sentences before.',
      {
        hint: 'Ask for less filler, or leave out given terms that are common words.',
        control: 'filler.sentences',
      },
    );
  }

  #draw(): string {
    const pattern = PATTERNS[this.#random.nextInt(PATTERNS.length)]!;
    const words = pattern.map((part) => {
      if (part === '#') return String(2 + this.#random.nextInt(97));
      if (part[0] === '=') return part.slice(1);
      const list = WORDS[part as Word];
      return list[this.#random.nextInt(list.length)]!;
    });
    const text = words.join(' ').replaceAll(' ,', ',');
    return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
  }
}
