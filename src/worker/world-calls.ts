/**
 * Worlds on their way to the worker and back.
 *
 * Promises: a newer look takes the place of an older one, which ends as `cancelled`; answers that nobody waits for are
 * dropped. Must not know: how a world is made, the DOM.
 */
import type { EncodedFile } from './bundle-protocol';
import { Calls } from './calls';
import type { RequestBody } from './protocol';
import type { WorldCounts, WorldInputs, WorldLook } from './world-protocol';

export class WorldCalls extends Calls {
  constructor(send: (runId: string, body: RequestBody) => void) {
    super('world', send);
  }

  /**
   * What a world holds: `looked` hears at once what needs no making; then what is counted in it, null where it is too large
   * for that in passing and `anyway` does not ask for it.
   */
  async look(inputs: WorldInputs, anyway: boolean, looked: (look: WorldLook) => void): Promise<WorldCounts | null> {
    this.replace('look-at-world', 'look');
    const answer = await this.ask('world-counted', { kind: 'look-at-world', inputs, anyway }, (message) => {
      if (message.kind === 'world-looked') looked(message.look);
    });
    return answer.counts;
  }

  /** All its files, as a zip. */
  async make(inputs: WorldInputs): Promise<EncodedFile> {
    return (await this.ask('encoded', { kind: 'make-world', inputs })).file;
  }
}
