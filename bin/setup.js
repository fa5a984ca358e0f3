/**
 * Set-up for a fresh clone: `node bin/setup.js` for the app and the CLI, `--test` for the tests as well; `npm start` asks
 * for what computing without a browser needs.
 *
 * Promises: only Node's own modules; changes nothing that is already there, and is then done at once; what it cannot
 * do itself it says in one sentence, and exits 1.
 * Must not know: the address of any registry or mirror: npm, apt and Playwright know theirs.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { realpathSync } from 'node:fs';
import { addBackports, aptInstall, aptUpdate, candidateMajor, canUseApt, distribution, installedMajor } from './apt.js';
import { findChromium, findHardwareDrivers, findLlvmpipe, findSwiftShader } from './find.js';
import { thisMachine } from './machine.js';

/** @typedef {import('./machine.js').Machine} Machine */

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const NODE_LEAST = [20, 19];
const MESA_LEAST = 25;
const MESA = 'mesa-vulkan-drivers';
const LOADER_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/** Something set-up cannot do; the message says what to do instead. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/** @param {Machine} machine */
export function checkNode(machine) {
  const [major = 0, minor = 0] = machine.nodeVersion.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = NODE_LEAST;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new SetupError(
    `Ontoscope needs Node ${NODE_LEAST.join('.')} or newer, and this is ${machine.nodeVersion}. ` +
      'Install a current Node and run the command again.',
  );
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm notes in a file of its own what it has installed.
 * @param {Machine} machine
 * @param {string} root
 */
export function packagesMatch(machine, root) {
  const wanted = machine.read(path.join(root, 'package-lock.json'));
  const installed = machine.read(path.join(root, 'node_modules/.package-lock.json'));
  if (!wanted || !installed) return false;
  const have = JSON.parse(installed).packages ?? {};
  return Object.entries(JSON.parse(wanted).packages ?? {}).every(
    ([place, entry]) =>
      place === '' || have[place]?.version === entry.version || (entry.optional === true && have[place] === undefined),
  );
}

/**
 * @param {Machine} machine
 * @param {string} root
 */
export function ensurePackages(machine, root = REPOSITORY) {
  if (packagesMatch(machine, root)) return;
  machine.say('Installing the npm packages of package-lock.json.');
  // Started by npm itself, we use the same npm.
  const npm = machine.env.npm_execpath;
  const isNpm = npm !== undefined && /npm-cli\.c?js$/.test(npm);
  const [command, args] = isNpm ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const code = machine.perform(command, [...args, '--prefix', root]);
  if (code === 0) return;
  throw new SetupError(
    `\`npm ci\` failed (exit ${code}): what it said stands above. Mend that and run the command again.`,
  );
}

/**
 * Finds a Chromium or installs one: Debian's own package first, then Playwright's build.
 * @param {Machine} machine
 */
export function ensureChromium(machine) {
  if (findChromium(machine)) return;
  if (machine.env.CHROMIUM_PATH)
    throw new SetupError(`CHROMIUM_PATH names ${machine.env.CHROMIUM_PATH}, which is not there: correct or unset it.`);
  // Ubuntu's chromium package is an empty shell around a snap, which containers cannot run.
  if (distribution(machine).id === 'debian' && canUseApt(machine)) {
    machine.say('Installing Chromium with apt-get.');
    aptUpdate(machine);
    if (aptInstall(machine, ['chromium']) && findChromium(machine)) return;
  }
  machine.say('Installing the Chromium that Playwright offers.');
  const withSystemLibraries = canUseApt(machine) ? ['--with-deps'] : [];
  const code = machine.perform('npx', ['playwright', 'install', ...withSystemLibraries, 'chromium']);
  if (code === 0 && findChromium(machine)) return;
  throw new SetupError(
    'The tests need Chromium, and it could not be installed here. Install the package "chromium" ' +
      '(Debian, Fedora, Arch) or Google Chrome, or set CHROMIUM_PATH to a Chromium that you have.',
  );
}

/** The Vulkan loader, which Dawn opens by this name. @param {Machine} machine */
function hasVulkanLoader(machine) {
  return LOADER_FOLDERS.some((folder) => machine.exists(path.join(folder, 'libvulkan.so.1')));
}

/**
 * Why the machine's software Vulkan cannot be used as it is; undefined when it can.
 * @param {Machine} machine
 */
export function vulkanFault(machine) {
  if (!hasVulkanLoader(machine)) return 'there is no Vulkan loader (libvulkan.so.1)';
  if (!findLlvmpipe(machine)) return "Mesa's llvmpipe driver is not installed";
  if (machine.env.LLVMPIPE_ICD) return undefined;
  const major = machine.exists('/usr/bin/dpkg-query') ? installedMajor(machine, MESA) : undefined;
  // Without dpkg the version stands nowhere we could read it: the gpu tests themselves will tell.
  if (major !== undefined && major < MESA_LEAST) return `Mesa ${major} is too old`;
  return undefined;
}

/**
 * Finds a software Vulkan driver or installs Mesa's, from the release's backports where the release's own is too old.
 * @param {Machine} machine
 */
export function ensureVulkan(machine) {
  let fault = vulkanFault(machine);
  if (!fault) return;
  if (machine.env.LLVMPIPE_ICD && !findLlvmpipe(machine))
    throw new SetupError(`LLVMPIPE_ICD names ${machine.env.LLVMPIPE_ICD}, which is not there: correct or unset it.`);
  if (canUseApt(machine)) {
    machine.say(`Installing a software Vulkan driver with apt-get: ${fault}.`);
    installMesa(machine);
    fault = vulkanFault(machine);
    if (!fault) return;
  }
  throw new SetupError(
    `Computing without a GPU needs the Vulkan loader and Mesa ${MESA_LEAST} or newer with its software driver llvmpipe, but ${fault}. ` +
      `Install libvulkan1 and ${MESA} (Debian 12: from bookworm-backports), mesa-vulkan-drivers and vulkan-loader (Fedora), ` +
      'or vulkan-swrast and vulkan-icd-loader (Arch); or set LLVMPIPE_ICD to the lvp_icd.json that you have.',
  );
}

/** @param {Machine} machine */
function installMesa(machine) {
  const packages = [MESA, 'libvulkan1'];
  aptUpdate(machine);
  if ((candidateMajor(machine, MESA) ?? 0) >= MESA_LEAST) {
    aptInstall(machine, packages);
    return;
  }
  const { id, codename } = distribution(machine);
  if (id !== 'debian' || !addBackports(machine, codename)) return;
  aptUpdate(machine);
  aptInstall(machine, packages, ['-t', `${codename}-backports`]);
}

/**
 * Whether a GPU of this machine can be reached: elsewhere than on Linux the system brings its own driver; here there must
 * be a device, the loader and a driver of its own.
 * @param {Machine} machine
 */
export function hasGpu(machine) {
  if (machine.platform !== 'linux') return true;
  if (!hasVulkanLoader(machine)) return false;
  // Whoever names a driver has one.
  if (machine.env.VK_DRIVER_FILES || machine.env.VK_ICD_FILENAMES) return true;
  const devices = machine.exists('/dev/nvidiactl') || machine.list('/dev/dri').some((name) => /^renderD/.test(name));
  return devices && findHardwareDrivers(machine).length > 0;
}

/** SwiftShader comes with Chromium; a Chromium without it cannot run the tests. @param {Machine} machine */
export function checkSwiftShader(machine) {
  if (findSwiftShader(machine)) return;
  throw new SetupError(
    `No SwiftShader (vk_swiftshader_icd.json) lies beside ${findChromium(machine)}. Set SWIFTSHADER_ICD to where it is, ` +
      'or CHROMIUM_PATH to a Chromium that has it.',
  );
}

/**
 * @param {Machine} machine
 * @param {{ test: boolean, compute?: boolean }} what  `compute`: without a browser
 */
export function setUp(machine, { test, compute = false }) {
  checkNode(machine);
  ensurePackages(machine);
  if (compute && !hasGpu(machine)) ensureVulkan(machine);
  if (!test) return;
  ensureChromium(machine);
  checkSwiftShader(machine);
  ensureVulkan(machine);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    setUp(thisMachine, { test: process.argv.includes('--test') });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    thisMachine.say(error.message);
    process.exitCode = 1;
  }
}
