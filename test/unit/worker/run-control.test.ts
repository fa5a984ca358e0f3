import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../src/worker/run-control';

function fakeRunner() {
  const said: string[] = [];
  const say = (verb: string) => () => void said.push(verb);
  return { said, pause: say('pause'), step: say('step'), resume: say('resume'), cancel: say('cancel') };
}

describe('verbs for a run', () => {
  it('wait for a runner that is not there yet', () => {
    const control = new RunControl('job-1');
    control.pause();
    control.step();
    const runner = fakeRunner();
    control.attach(runner);
    expect(runner.said).toEqual(['pause', 'step']);
  });

  it('are taken back before there is a runner', () => {
    const control = new RunControl('job-1');
    control.step();
    control.resume();
    const runner = fakeRunner();
    control.attach(runner);
    expect(runner.said).toEqual([]);
  });

  it('hold for the runner that follows a lost device: a pause stays a pause, a step is not done twice', () => {
    const control = new RunControl('job-1');
    const [first, second] = [fakeRunner(), fakeRunner()];
    control.attach(first);
    control.pause();
    control.step();
    control.attach(second);
    expect(first.said).toEqual(['pause', 'step']);
    expect(second.said).toEqual(['pause']);
    control.cancel();
    expect(first.said).toEqual(['pause', 'step']);
    expect(second.said).toEqual(['pause', 'cancel']);
  });
});
