/** Set-up on machines that lack something: what it installs, how, and what it says when it cannot. */
import { describe, expect, it } from 'vitest';
import { addBackports, backportsLine, backportsStanza } from '../../../bin/apt.js';
import { findChromium, findLlvmpipe, findSwiftShader } from '../../../bin/find.js';
import type { Machine } from '../../../bin/machine.js';
import {
  checkNode,
  ensureChromium,
  ensurePackages,
  ensureVulkan,
  hasGpu,
  packagesMatch,
  setUp,
} from '../../../bin/setup.js';

const LOADER = '/usr/lib/x86_64-linux-gnu/libvulkan.so.1';
const LVP = '/usr/share/vulkan/icd.d/lvp_icd.json';
const SOURCES = '/etc/apt/sources.list.d/debian.sources';
const BOOKWORM = 'ID=debian\nVERSION_CODENAME=bookworm\n';
const DEB822 = `Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;

interface Pretended extends Machine {
  files: Map<string, string>;
  performed: string[];
  said: string[];
}

/** A machine made of a few files; `react` lets a command change it and gives its exit status. */
function machine(
  files: Record<string, string>,
  react: (command: string, self: Pretended) => number | string = () => 127,
  over: Partial<Machine> = {},
): Pretended {
  const answer = (command: string, args: string[]): number | string => react([command, ...args].join(' '), self);
  const self: Pretended = {
    files: new Map(Object.entries(files)),
    performed: [],
    said: [],
    env: {},
    home: '/home/someone',
    platform: 'linux',
    nodeVersion: '20.19.0',
    uid: 0,
    exists: (file) => [...self.files.keys()].some((each) => each === file || each.startsWith(`${file}/`)),
    list: (folder) => [
      ...new Set(
        [...self.files.keys()]
          .filter((file) => file.startsWith(`${folder}/`))
          .map((file) => file.slice(folder.length + 1).split('/')[0]!),
      ),
    ],
    real: (file) => file,
    read: (file) => self.files.get(file),
    ask: (command, args) => {
      const given = answer(command, args);
      return typeof given === 'number' ? { code: given, stdout: '' } : { code: 0, stdout: given };
    },
    perform: (command, args, options) => {
      self.performed.push([command, ...args].join(' '));
      if (command === 'tee') self.files.set(args[0]!, options?.input ?? '');
      const given = answer(command, args);
      return typeof given === 'number' ? given : 0;
    },
    say: (line) => void self.said.push(line),
    ...over,
  };
  return self;
}

describe('the Node version', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('accepts %s', (nodeVersion) => {
    expect(() => checkNode(machine({}, undefined, { nodeVersion }))).not.toThrow();
  });
  it.each(['18.20.4', '20.18.3'])('refuses %s by naming what is needed', (nodeVersion) => {
    expect(() => checkNode(machine({}, undefined, { nodeVersion }))).toThrow(/needs Node 20\.19 or newer.*Install/s);
  });
});

describe('the npm packages', () => {
  const lock = (packages: object): string => JSON.stringify({ packages });
  const wanted = lock({
    '': { version: '9.9.9' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', optional: true },
  });
  const installed = (packages: object): Pretended =>
    machine({ '/r/package-lock.json': wanted, '/r/node_modules/.package-lock.json': lock(packages) });

  it('match when all but optional ones are there in the right version', () => {
    expect(packagesMatch(installed({ 'node_modules/a': { version: '1.0.0' } }), '/r')).toBe(true);
  });
  it('do not match when one is absent, older, or nothing was installed', () => {
    expect(packagesMatch(installed({}), '/r')).toBe(false);
    expect(packagesMatch(installed({ 'node_modules/a': { version: '0.9.0' } }), '/r')).toBe(false);
    expect(
      packagesMatch(
        installed({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } }),
        '/r',
      ),
    ).toBe(false);
    expect(packagesMatch(machine({ '/r/package-lock.json': wanted }), '/r')).toBe(false);
  });
  it('are installed by npm ci, whose failure is told', () => {
    const fresh = machine({ '/r/package-lock.json': wanted }, () => 0);
    ensurePackages(fresh, '/r');
    expect(fresh.performed).toEqual(['npm ci --prefix /r']);
    expect(() =>
      ensurePackages(
        machine({}, () => 7),
        '/r',
      ),
    ).toThrow(/npm ci.*exit 7/);
  });
});

describe('finding', () => {
  it('takes the Chromium that CHROMIUM_PATH names, and no other when that one is absent', () => {
    const files = { '/opt/c/chrome': '', '/usr/bin/chromium': '' };
    expect(findChromium(machine(files, undefined, { env: { CHROMIUM_PATH: '/opt/c/chrome' } }))).toBe('/opt/c/chrome');
    expect(findChromium(machine(files, undefined, { env: { CHROMIUM_PATH: '/nowhere' } }))).toBeUndefined();
  });
  it("finds the newest of Playwright's downloads, and SwiftShader beside it", () => {
    const cache = '/home/someone/.cache/ms-playwright';
    const found = machine({
      [`${cache}/chromium-999/chrome-linux/chrome`]: '',
      [`${cache}/chromium-1200/chrome-linux64/chrome`]: '',
      [`${cache}/chromium-1200/chrome-linux64/vk_swiftshader_icd.json`]: '',
      [`${cache}/firefox-1500/firefox`]: '',
    });
    expect(findChromium(found)).toBe(`${cache}/chromium-1200/chrome-linux64/chrome`);
    expect(findSwiftShader(found)).toBe(`${cache}/chromium-1200/chrome-linux64/vk_swiftshader_icd.json`);
  });
  it('knows llvmpipe under the name with the architecture too', () => {
    expect(findLlvmpipe(machine({ '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json': '' }))).toMatch(/lvp_icd\.x86_64/);
    expect(findLlvmpipe(machine({ '/usr/share/vulkan/icd.d/radeon_icd.json': '' }))).toBeUndefined();
  });
});

describe('Chromium', () => {
  it('comes from apt on Debian', () => {
    const debian = machine({ '/etc/os-release': BOOKWORM, '/usr/bin/apt-get': '' }, (command, self) => {
      if (/install.* chromium$/.test(command)) self.files.set('/usr/bin/chromium', '');
      return 0;
    });
    ensureChromium(debian);
    expect(debian.performed).toEqual(['apt-get update -q', 'apt-get install -y -q --no-install-recommends chromium']);
  });
  it('comes from apt through sudo for somebody who may', () => {
    const debian = machine(
      { '/etc/os-release': BOOKWORM, '/usr/bin/apt-get': '' },
      (command, self) => {
        if (/^sudo .*install.* chromium$/.test(command)) self.files.set('/usr/bin/chromium', '');
        return 0;
      },
      { uid: 1000 },
    );
    ensureChromium(debian);
    expect(debian.performed.every((command) => command.startsWith('sudo -n '))).toBe(true);
  });
  it("is Playwright's build where apt cannot be used", () => {
    const other = machine({ '/etc/os-release': 'ID=fedora\n' }, (command, self) => {
      if (command === 'npx playwright install chromium')
        self.files.set('/home/someone/.cache/ms-playwright/chromium-1/chrome-linux64/chrome', '');
      return 0;
    });
    ensureChromium(other);
    expect(other.performed).toEqual(['npx playwright install chromium']);
  });
  it('is asked for in plain words where nothing helps, also when an installer lies', () => {
    expect(() => ensureChromium(machine({}))).toThrow(/Install the package "chromium".*CHROMIUM_PATH/s);
    expect(() => ensureChromium(machine({}, () => 0))).toThrow(/Install the package "chromium"/);
    expect(() => ensureChromium(machine({}, undefined, { env: { CHROMIUM_PATH: '/nowhere' } }))).toThrow(
      /CHROMIUM_PATH names \/nowhere/,
    );
  });
});

describe('the software Vulkan driver', () => {
  const debian = { '/etc/os-release': BOOKWORM, '/usr/bin/apt-get': '', '/usr/bin/dpkg-query': '', [SOURCES]: DEB822 };
  const policy = (major: string): string => `mesa-vulkan-drivers:\n  Installed: (none)\n  Candidate: ${major}\n`;

  it('comes from the backports on a release whose own is too old', () => {
    const old = machine({ ...debian, [LOADER]: '', [LVP]: '' }, (command, self) => {
      const upgraded = self.performed.some((each) => each.includes('-t bookworm-backports'));
      if (command.startsWith('dpkg-query')) return `ii |${upgraded ? '25.0.7-2~bpo12+1' : '22.3.6-1+deb12u1'}\n`;
      return command.startsWith('apt-cache') ? policy('22.3.6-1+deb12u1') : 0;
    });
    ensureVulkan(old);
    expect(old.performed).toEqual([
      'apt-get update -q',
      'tee /etc/apt/sources.list.d/ontoscope-backports.sources',
      'apt-get update -q',
      'apt-get install -y -q --no-install-recommends -t bookworm-backports mesa-vulkan-drivers libvulkan1',
    ]);
    expect(old.files.get('/etc/apt/sources.list.d/ontoscope-backports.sources')).toBe(
      'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm-backports\nComponents: main\n' +
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n',
    );
  });

  it('comes from the release itself where that is new enough', () => {
    const trixie = machine({ '/usr/bin/apt-get': '' }, (command, self) => {
      if (/install.* mesa-vulkan-drivers libvulkan1$/.test(command)) self.files.set(LVP, '').set(LOADER, '');
      return command.startsWith('apt-cache') ? policy('25.0.7-2') : 0;
    });
    ensureVulkan(trixie);
    expect(trixie.performed.some((command) => command.startsWith('tee') || command.includes(' -t '))).toBe(false);
  });

  it('is left alone when it is there and new enough', () => {
    const ready = machine({ ...debian, [LOADER]: '', [LVP]: '' }, () => 'ii |25.0.7-2\n');
    ensureVulkan(ready);
    expect(ready.performed).toEqual([]);
  });

  it('is asked for in plain words, with the fault, where nothing helps', () => {
    expect(() => ensureVulkan(machine({}))).toThrow(/no Vulkan loader.*Install libvulkan1/s);
    expect(() => ensureVulkan(machine({ [LOADER]: '' }))).toThrow(/llvmpipe driver is not installed/);
    const stuck = machine({ ...debian, [LOADER]: '', [LVP]: '' }, (command) =>
      command.startsWith('dpkg-query') ? 'ii |22.3.6-1\n' : command.startsWith('apt-cache') ? policy('22.3.6-1') : 100,
    );
    expect(() => ensureVulkan(stuck)).toThrow(/Mesa 22 is too old.*bookworm-backports/s);
  });
});

describe('the backports source', () => {
  it('copies the one-line source of the release with its options, never the security one', () => {
    const text =
      'deb http://mirror.example/debian-security bookworm main\n' +
      'deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib\n';
    expect(backportsLine(text, 'bookworm')).toBe(
      'deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm-backports main\n',
    );
    expect(backportsLine('deb http://mirror.example/debian bookworm-updates main\n', 'bookworm')).toBeUndefined();
  });
  it('passes over stanzas that are switched off, for sources, or of another release', () => {
    const stanza = 'URIs: http://m/debian\nSuites: bookworm\nComponents: main\n';
    expect(backportsStanza(`Types: deb\nEnabled: no\n${stanza}`, 'bookworm')).toBeUndefined();
    expect(backportsStanza(`Types: deb-src\n${stanza}`, 'bookworm')).toBeUndefined();
    expect(backportsStanza(`Types: deb\n${stanza}`, 'trixie')).toBeUndefined();
  });
  it('keeps a key written into the stanza', () => {
    const key = 'Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----\n';
    expect(backportsStanza(`Types: deb\nURIs: http://m/debian\nSuites: bookworm\n${key}`, 'bookworm')).toContain(
      ' .\n abc\n -----END',
    );
  });
  it('is not added twice, and a comment does not count as one', () => {
    const list = '/etc/apt/sources.list';
    const has = machine({ [list]: 'deb http://m/debian bookworm main\ndeb http://m/debian bookworm-backports main\n' });
    expect(addBackports(has, 'bookworm')).toBe(true);
    expect(has.performed).toEqual([]);
    const had = machine(
      { [list]: 'deb http://m/debian bookworm main\n# deb http://m/debian bookworm-backports main\n' },
      () => 0,
    );
    expect(addBackports(had, 'bookworm')).toBe(true);
    expect(had.files.get('/etc/apt/sources.list.d/ontoscope-backports.list')).toContain('bookworm-backports');
  });
  it('cannot be added where no source names the release', () => {
    expect(addBackports(machine({}), 'bookworm')).toBe(false);
  });
});

describe('set-up as a whole', () => {
  it('wants neither Chromium nor Vulkan for the app alone', () => {
    const lock = JSON.stringify({ packages: {} });
    const bare = machine({}, undefined, { read: () => lock });
    expect(() => setUp(bare, { test: false })).not.toThrow();
    expect(() => setUp(bare, { test: true })).toThrow(/Chromium/);
  });

  it('wants a software Vulkan driver for computing without a browser, where no GPU can be reached', () => {
    const lock = JSON.stringify({ packages: {} });
    const having = (files: Record<string, string>, over: Partial<Machine> = {}) =>
      machine(files, undefined, { read: () => lock, ...over });
    const radeon = '/usr/share/vulkan/icd.d/radeon_icd.json';
    const card = '/dev/dri/renderD128';
    const compute = { test: false, compute: true };
    expect(() => setUp(having({}), compute)).toThrow(/Computing without a GPU needs the Vulkan loader/);
    expect(() => setUp(having({ [LOADER]: '', [LVP]: '' }), compute)).not.toThrow();
    expect(() => setUp(having({}, { platform: 'darwin' }), compute)).not.toThrow();
    expect(hasGpu(having({ [LOADER]: '', [radeon]: '', [card]: '' }))).toBe(true);
    expect(hasGpu(having({ [LOADER]: '', [radeon]: '' }))).toBe(false);
    expect(hasGpu(having({ [LOADER]: '', [LVP]: '', [card]: '' }))).toBe(false);
    expect(hasGpu(having({ [radeon]: '', [card]: '' }))).toBe(false);
    expect(hasGpu(having({ [LOADER]: '' }, { env: { VK_DRIVER_FILES: '/x.json' } }))).toBe(true);
  });
});
