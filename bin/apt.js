/**
 * Debian's and Ubuntu's package manager, as far as set-up needs it.
 *
 * Promises: addresses are only ever copied from the machine's own sources, so a machine behind a mirror stays behind it.
 * Must not know: why a package is wanted.
 */
import { mayBecomeRoot, performAsRoot } from './machine.js';

/** @typedef {import('./machine.js').Machine} Machine */

const SOURCES_FOLDER = '/etc/apt/sources.list.d';
const QUIET = { env: { DEBIAN_FRONTEND: 'noninteractive' } };

/**
 * What the machine calls itself.
 * @param {Machine} machine
 * @returns {{ id: string, like: string, codename: string }}
 */
export function distribution(machine) {
  const text = machine.read('/etc/os-release') ?? '';
  const field = (/** @type {string} */ name) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: field('ID'), like: field('ID_LIKE'), codename: field('VERSION_CODENAME') };
}

/** True where apt-get is there and we may use it. @param {Machine} machine */
export function canUseApt(machine) {
  return machine.platform === 'linux' && machine.exists('/usr/bin/apt-get') && mayBecomeRoot(machine);
}

/**
 * Major version of an installed package, undefined when it is not installed.
 * @param {Machine} machine
 * @param {string} name
 */
export function installedMajor(machine, name) {
  const { code, stdout } = machine.ask('dpkg-query', ['-W', '-f', '${db:Status-Abbrev}|${Version}\\n', name]);
  const installed = stdout.split('\n').find((line) => line.startsWith('ii'));
  return code === 0 && installed ? majorOf(installed.split('|')[1]) : undefined;
}

/**
 * Major version that apt would install by default.
 * @param {Machine} machine
 * @param {string} name
 */
export function candidateMajor(machine, name) {
  return majorOf(/Candidate:\s*(\S+)/.exec(machine.ask('apt-cache', ['policy', name]).stdout)?.[1]);
}

/** `2:25.0.7-2` → 25: what stands before the colon is packaging. @param {string | undefined} version */
function majorOf(version) {
  const major = Number.parseInt((version ?? '').replace(/^\d+:/, ''), 10);
  return Number.isNaN(major) ? undefined : major;
}

/** @param {Machine} machine */
export function aptUpdate(machine) {
  return performAsRoot(machine, 'apt-get', ['update', '-q'], QUIET) === 0;
}

/**
 * @param {Machine} machine
 * @param {string[]} packages
 * @param {string[]} [options]
 */
export function aptInstall(machine, packages, options = []) {
  const args = ['install', '-y', '-q', '--no-install-recommends', ...options, ...packages];
  return performAsRoot(machine, 'apt-get', args, QUIET) === 0;
}

/**
 * Makes sure the machine's backports are among its sources.
 * @param {Machine} machine
 * @param {string} codename
 * @returns {boolean} false when no source could be copied or written
 */
export function addBackports(machine, codename) {
  const files = [
    '/etc/apt/sources.list',
    ...machine
      .list(SOURCES_FOLDER)
      .filter((name) => /\.(list|sources)$/.test(name))
      .map((name) => `${SOURCES_FOLDER}/${name}`),
  ].map((file) => ({ file, text: stripComments(machine.read(file) ?? '') }));
  if (files.some(({ text }) => new RegExp(`\\b${codename}-backports\\b`).test(text))) return true;
  for (const { file, text } of files) {
    const copy = file.endsWith('.sources') ? backportsStanza(text, codename) : backportsLine(text, codename);
    if (!copy) continue;
    const target = `${SOURCES_FOLDER}/ontoscope-backports${file.endsWith('.sources') ? '.sources' : '.list'}`;
    machine.say(`Adding ${codename}-backports, from where ${file} gets ${codename}, as ${target}.`);
    return performAsRoot(machine, 'tee', [target], { input: copy }) === 0;
  }
  return false;
}

/** @param {string} text */
function stripComments(text) {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n');
}

/**
 * The backports twin of the stanza that serves the release itself; security archives have none.
 * @param {string} text  a deb822 file without comments
 * @param {string} codename
 * @returns {string | undefined}
 */
export function backportsStanza(text, codename) {
  for (const stanza of text.split(/\n\s*\n/)) {
    /** @type {Map<string, string>} field → value, continuation lines included */
    const fields = new Map();
    let last = '';
    for (const line of stanza.split('\n')) {
      const start = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
      if (start) fields.set((last = /** @type {string} */ (start[1]).toLowerCase()), /** @type {string} */ (start[2]));
      else if (last && /^\s/.test(line)) fields.set(last, `${fields.get(last)}\n${line}`);
    }
    const words = (/** @type {string} */ name) => (fields.get(name) ?? '').split(/\s+/).filter(Boolean);
    if (!words('types').includes('deb') || !words('suites').includes(codename)) continue;
    if (words('enabled').includes('no') || /security/.test(fields.get('uris') ?? '')) continue;
    fields.set('types', 'deb');
    fields.set('suites', `${codename}-backports`);
    fields.set('components', 'main');
    return [...fields].map(([name, value]) => `${capitalised(name)}: ${value}\n`).join('');
  }
  return undefined;
}

/**
 * The backports twin of the one-line source that serves the release itself.
 * @param {string} text  a sources.list without comments
 * @param {string} codename
 * @returns {string | undefined}
 */
export function backportsLine(text, codename) {
  for (const line of text.split('\n')) {
    const parts = /^\s*deb\s+(\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+\S/.exec(line);
    if (parts && parts[3] === codename && !/security/.test(/** @type {string} */ (parts[2])))
      return `deb ${parts[1] ?? ''}${parts[2]} ${codename}-backports main\n`;
  }
  return undefined;
}

/** `signed-by` → `Signed-By`; apt reads either. @param {string} name */
function capitalised(name) {
  if (name === 'uris') return 'URIs';
  return name.replace(/(^|-)([a-z])/g, (_, dash, letter) => dash + letter.toUpperCase());
}
