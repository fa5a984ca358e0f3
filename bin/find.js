/**
 * Where the host keeps what the tests need: a Chromium, Mesa's llvmpipe and Chromium's SwiftShader.
 *
 * Promises: looks, never installs; only Node's own modules; every probe can be replaced, so that tests can describe
 * a machine that lacks something. Environment variables win: CHROMIUM_PATH, LLVMPIPE_ICD, SWIFTSHADER_ICD.
 * Must not know: what is done with the answer.
 */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * @typedef {object} Host
 * @property {Record<string, string | undefined>} env
 * @property {string} home
 * @property {(file: string) => boolean} exists
 * @property {(folder: string) => string[]} list  names in a folder, empty when there is none
 * @property {(file: string) => string} real  the path behind links, the path itself when there is none
 */

/** The machine we run on. @type {Host} */
export const thisHost = {
  env: process.env,
  home: homedir(),
  exists: existsSync,
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
  real: (file) => (existsSync(file) ? realpathSync(file) : file),
};

const CHROMIUM_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const PLAYWRIGHT_BINARIES = [
  'chrome-linux64/chrome',
  'chrome-linux/chrome',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-win/chrome.exe',
];

const ICD_FOLDERS = ['/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/etc/vulkan/icd.d'];

/**
 * A Chromium or Chrome that can be started, newest of Playwright's downloads last in line.
 * @param {Host} host
 * @returns {string | undefined}
 */
export function findChromium(host = thisHost) {
  const named = host.env.CHROMIUM_PATH;
  if (named) return host.exists(named) ? named : undefined;
  return CHROMIUM_PLACES.find((place) => host.exists(place)) ?? findPlaywrightChromium(host);
}

/** @param {Host} host */
function findPlaywrightChromium(host) {
  const caches = [
    host.env.PLAYWRIGHT_BROWSERS_PATH,
    path.join(host.home, '.cache/ms-playwright'),
    path.join(host.home, 'Library/Caches/ms-playwright'),
    path.join(host.home, 'AppData/Local/ms-playwright'),
  ];
  for (const cache of caches) {
    if (!cache) continue;
    const revisions = host
      .list(cache)
      .filter((name) => /^chromium-\d+$/.test(name))
      .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)));
    for (const revision of revisions) {
      const binary = PLAYWRIGHT_BINARIES.map((name) => path.join(cache, revision, name)).find((file) =>
        host.exists(file),
      );
      if (binary) return binary;
    }
  }
  return undefined;
}

/**
 * Mesa's llvmpipe: the Vulkan loader's description of it. Some distributions add the architecture to the name.
 * @param {Host} host
 * @returns {string | undefined}
 */
export function findLlvmpipe(host = thisHost) {
  const named = host.env.LLVMPIPE_ICD;
  if (named) return host.exists(named) ? named : undefined;
  for (const folder of ICD_FOLDERS) {
    const name = host.list(folder).find((file) => /^lvp_icd.*\.json$/.test(file));
    if (name) return path.join(folder, name);
  }
  return undefined;
}

/**
 * The Vulkan loader's descriptions of drivers that need a device.
 * @param {Host} host
 * @returns {string[]}
 */
export function findHardwareDrivers(host = thisHost) {
  return ICD_FOLDERS.flatMap((folder) =>
    host
      .list(folder)
      .filter((file) => file.endsWith('.json') && !/^(lvp|vk_swiftshader|virtio|gfxstream)_/.test(file))
      .map((file) => path.join(folder, file)),
  );
}

/**
 * SwiftShader lies beside the Chromium binary, or where the distribution keeps Chromium's libraries.
 * @param {Host} host
 * @returns {string | undefined}
 */
export function findSwiftShader(host = thisHost) {
  const named = host.env.SWIFTSHADER_ICD;
  if (named) return host.exists(named) ? named : undefined;
  const chromium = findChromium(host);
  const folders = [
    ...(chromium ? [path.dirname(host.real(chromium))] : []),
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
    '/usr/lib64/chromium-browser',
    '/opt/google/chrome',
  ];
  return folders.map((folder) => path.join(folder, 'vk_swiftshader_icd.json')).find((file) => host.exists(file));
}

/**
 * Flags that give a headless Chromium WebGPU on SwiftShader, keep it off the network on its own account, and let it
 * survive a killed GPU process.
 */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-gpu-process-crash-limit',
  '--disable-domain-blocking-for-3d-apis',
];
