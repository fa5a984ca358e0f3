/**
 * Picks the parts of a JSON document that a shape names, while it streams by.
 *
 * Promises: only what the shape names is ever built; an object whose shape has `emit` is handed over when it is
 * complete and then forgotten; a value of another kind than its shape is a fault at its place. `null` counts as absent.
 * Must not know: what the document is about.
 */
import { JsonFault, type JsonEvents, type Place, type Scalar } from './json-scanner';

/** What a value must be. `scalar` also takes numbers and flags, as text. */
export type Shape = 'text' | 'flag' | 'scalar' | ListShape | ObjectShape;

export interface ListShape {
  items: Shape;
}

export interface ObjectShape {
  fields: Readonly<Record<string, Shape>>;
  /** Told where an object begins. */
  begin?: (place: Place) => void;
  /** Gets the object; its parent does not. */
  emit?: (value: Picked, place: Place) => void;
}

export type PickedValue = string | boolean | PickedValue[] | Picked;
export interface Picked {
  [key: string]: PickedValue | undefined;
}

interface Frame {
  shape: ListShape | ObjectShape;
  /** List items or object, by the shape. */
  list: PickedValue[] | null;
  object: Picked | null;
  place: Place;
  /** Shape of the value that comes next; null: it is left out. */
  next: Shape | null;
  key: string;
}

const KIND_NAMES = { text: 'a text', flag: 'true or false', scalar: 'a text' };

function nameOf(shape: Shape): string {
  if (typeof shape === 'string') return KIND_NAMES[shape];
  return 'items' in shape ? 'a list' : 'an object';
}

export class JsonPicker implements JsonEvents {
  readonly #root: ObjectShape;
  readonly #warn: (place: Place, message: string) => void;
  readonly #frames: Frame[] = [];
  /** Open brackets inside a part that is left out. */
  #skipped = 0;

  constructor(root: ObjectShape, warn: (place: Place, message: string) => void) {
    this.#root = root;
    this.#warn = warn;
  }

  get wantsKey(): boolean {
    return this.#skipped === 0;
  }

  get wantsText(): boolean {
    return this.#skipped === 0 && this.#frames.at(-1)?.next !== null;
  }

  open(kind: 'object' | 'list', place: Place): void {
    const top = this.#frames.at(-1);
    const shape = top === undefined ? this.#root : top.next;
    if (this.#skipped > 0 || shape === null) {
      this.#skipped += 1;
      return;
    }
    const fits = typeof shape !== 'string' && (kind === 'list' ? 'items' in shape : 'fields' in shape);
    if (!fits) throw this.#mismatch(shape, kind === 'list' ? 'a list' : 'an object', place);
    if ('items' in shape) {
      this.#frames.push({ shape, list: [], object: null, place, next: shape.items, key: '' });
    } else {
      shape.begin?.(place);
      this.#frames.push({ shape, list: null, object: {}, place, next: null, key: '' });
    }
  }

  key(name: string, place: Place): void {
    if (this.#skipped > 0) return;
    const frame = this.#frames.at(-1)!;
    const { fields } = frame.shape as ObjectShape;
    frame.key = name;
    frame.next = Object.hasOwn(fields, name) ? fields[name]! : null;
    if (frame.next !== null && Object.hasOwn(frame.object!, name)) {
      this.#warn(place, `"${name}" comes twice in this object; the last one counts`);
    }
  }

  scalar(value: Scalar, place: Place): void {
    if (this.#skipped > 0) return;
    const top = this.#frames.at(-1);
    const shape = top === undefined ? this.#root : top.next;
    if (shape === null) return;
    if (value === null && top !== undefined) return;
    const kind = typeof value;
    const fits =
      shape === 'text'
        ? kind === 'string'
        : shape === 'flag'
          ? kind === 'boolean'
          : shape === 'scalar' && value !== null;
    if (!fits) {
      const found = value === null ? 'null' : kind === 'string' ? 'a text' : kind === 'number' ? 'a number' : 'a flag';
      throw this.#mismatch(shape, found, place);
    }
    this.#put(shape === 'flag' ? (value as boolean) : String(value));
  }

  close(): void {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    const { shape, list, object, place } = this.#frames.pop()!;
    if (list !== null) this.#put(list);
    else if ('emit' in shape && shape.emit) shape.emit(object!, place);
    else this.#put(object!);
  }

  #put(value: PickedValue): void {
    const top = this.#frames.at(-1);
    if (top === undefined) return;
    if (top.list !== null) top.list.push(value);
    else top.object![top.key] = value;
  }

  #mismatch(shape: Shape, found: string, place: Place): JsonFault {
    const top = this.#frames.at(-1);
    const what = top === undefined ? 'the document' : top.list === null ? `"${top.key}"` : 'an item of this list';
    return new JsonFault(`${what} must be ${nameOf(shape)}, not ${found}`, place);
  }
}
