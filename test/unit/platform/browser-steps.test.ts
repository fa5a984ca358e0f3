import { describe, expect, it } from 'vitest';
import { identifyBrowser, stepsFor } from '../../../src/platform/browser-steps';

const AGENTS = {
  chromeLinux: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  newChromeLinux:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
  chromebook:
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  firefoxMac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0',
  edgeWindows:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  firefoxLinux: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  firefoxAndroid: 'Mozilla/5.0 (Android 14; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0',
  safariMac:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  safariPhone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  oldChrome:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36',
};

describe('naming the browser', () => {
  it.each([
    ['chromeLinux', 'Chrome', 140, 'Linux'],
    ['chromebook', 'Chrome', 140, 'ChromeOS'],
    ['edgeWindows', 'Edge', 140, 'Windows'],
    ['firefoxLinux', 'Firefox', 143, 'Linux'],
    ['safariMac', 'Safari', 18, 'macOS'],
    ['safariPhone', 'Safari', 18, 'iOS'],
  ] as const)('reads %s as %s %d on %s', (agent, name, version, platform) => {
    expect(identifyBrowser(AGENTS[agent])).toEqual({ name, version, platform });
  });

  it('does not guess at an unknown one', () => {
    expect(identifyBrowser('curl/8')).toEqual({ name: 'browser', version: null, platform: 'system' });
  });
});

describe('steps to WebGPU', () => {
  const first = (agent: keyof typeof AGENTS, reason: Parameters<typeof stepsFor>[0] = 'no-api') =>
    stepsFor(reason, identifyBrowser(AGENTS[agent]))[0];

  it('names the version first for an older Chrome on Linux, then the flag for cards where it is off', () => {
    expect(first('chromeLinux')).toContain('147');
    expect(stepsFor('no-api', identifyBrowser(AGENTS.chromeLinux))[1]).toContain('#enable-unsafe-webgpu');
    expect(first('newChromeLinux')).toContain('chrome://flags/#enable-unsafe-webgpu');
  });

  it('asks no update of a Chromebook that is new enough', () => {
    expect(stepsFor('no-api', identifyBrowser(AGENTS.chromebook)).join(' ')).not.toContain('Update');
  });

  it('tells the two kinds of Mac apart for Firefox, whose user agent does not', () => {
    const steps = stepsFor('no-api', identifyBrowser(AGENTS.firefoxMac));
    expect(steps[0]).toMatch(/Apple silicon.*147/);
    expect(steps[1]).toMatch(/Intel.*Chrome/);
  });

  it('uses the browser’s own address scheme', () => {
    expect(stepsFor('no-api', identifyBrowser(AGENTS.edgeWindows)).join(' ')).not.toContain('chrome://');
  });

  it('asks an old Chrome to be updated before anything else', () => {
    expect(first('oldChrome')).toContain('Update Chrome');
  });

  it('names the preference for Firefox on Linux', () => {
    expect(first('firefoxLinux')).toContain('dom.webgpu.enabled');
  });

  it('names the version of Chrome that this system needs, where another browser is the way', () => {
    const last = (userAgent: string) => stepsFor('no-api', identifyBrowser(userAgent)).at(-1);
    expect(last(AGENTS.firefoxLinux)).toMatch(/^Or open this page in Chrome or Edge, version 147 or later: .*NVIDIA/);
    expect(last(AGENTS.firefoxAndroid)).toMatch(/version 121 or later on Android 12 or later\.$/);
    expect(last(AGENTS.safariMac)).toMatch(/version 113 or later\.$/);
    expect(last('Linux')).toMatch(/^Open this page in Chrome or Edge, version 147/);
  });

  it('tells a phone of Apple which system it needs', () => {
    expect(first('safariPhone')).toContain('26');
  });

  it('blames the address, not the browser, on an insecure page', () => {
    expect(stepsFor('insecure-page', identifyBrowser(AGENTS.chromeLinux))).toEqual([expect.stringContaining('https')]);
  });

  it('begins with a restart where WebGPU exists but no adapter is offered: a crashed driver stays blocked', () => {
    expect(first('chromeLinux', 'no-adapter')).toContain('Restart');
  });
});
