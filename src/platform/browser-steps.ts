/**
 * What to do when WebGPU is missing, for this browser on this system. Pure: the user-agent text comes in. Versions are those of the
 * implementation status that the specification's editors keep (April 2026) and of MDN's compatibility data.
 *
 * Promises: at least one step that a person can follow, and never advice for another browser first.
 */
export interface BrowserIdentity {
  name: 'Chrome' | 'Edge' | 'Firefox' | 'Safari' | 'browser';
  /** Major version; null when the user agent does not say. */
  version: number | null;
  platform: 'Windows' | 'macOS' | 'ChromeOS' | 'Linux' | 'Android' | 'iOS' | 'system';
}

export function identifyBrowser(userAgent: string): BrowserIdentity {
  const major = (pattern: RegExp) => {
    const match = pattern.exec(userAgent);
    return match?.[1] === undefined ? null : Number(match[1]);
  };
  const platform = /Android/.test(userAgent)
    ? 'Android'
    : /iPhone|iPad/.test(userAgent)
      ? 'iOS'
      : /Windows/.test(userAgent)
        ? 'Windows'
        : /Mac OS X/.test(userAgent)
          ? 'macOS'
          : /CrOS/.test(userAgent)
            ? 'ChromeOS'
            : /Linux/.test(userAgent)
              ? 'Linux'
              : 'system';
  if (/Edg\//.test(userAgent)) return { name: 'Edge', version: major(/Edg\/(\d+)/), platform };
  if (/Firefox\//.test(userAgent)) return { name: 'Firefox', version: major(/Firefox\/(\d+)/), platform };
  if (/Chrome\//.test(userAgent)) return { name: 'Chrome', version: major(/Chrome\/(\d+)/), platform };
  if (/Version\/.*Safari\//.test(userAgent)) return { name: 'Safari', version: major(/Version\/(\d+)/), platform };
  return { name: 'browser', version: null, platform };
}

const LINUX_FLAGS =
  '--enable-unsafe-webgpu --ozone-platform=x11 --use-angle=vulkan --enable-features=Vulkan,VulkanFromANGLE';

export type MissingReason = 'insecure-page' | 'no-api' | 'no-adapter';

/** On by default from here on; on Linux only with some graphics cards, which get the newest of their versions. */
function chromiumSince(platform: BrowserIdentity['platform']): { version: number; where: string } {
  if (platform === 'Android') return { version: 121, where: ' on Android 12 or later' };
  if (platform !== 'Linux') return { version: 113, where: '' };
  return {
    version: 147,
    where: ': WebGPU is on there with graphics by Intel (12th generation on) and NVIDIA (driver 535.183 on)',
  };
}

/** Where nothing else helps. */
function chromiumInstead(platform: BrowserIdentity['platform']): string {
  const { version, where } = chromiumSince(platform);
  return `open this page in Chrome or Edge, version ${version} or later${where}.`;
}

function apiSteps({ name, platform, version }: BrowserIdentity): string[] {
  if (platform === 'iOS') return ['Update to iOS or iPadOS 26 or later: WebGPU is on there in every browser.'];
  const instead = chromiumInstead(platform);
  switch (name) {
    case 'Chrome':
    case 'Edge': {
      const scheme = name === 'Edge' ? 'edge' : 'chrome';
      const since = chromiumSince(platform);
      const update = `Update ${name} to version ${since.version} or later${since.where}.`;
      const hardware = `Open ${scheme}://settings/system and turn on “Use graphics acceleration when available”, then restart ${name}.`;
      const flag = `Open ${scheme}://flags/#enable-unsafe-webgpu, set it to Enabled and restart ${name}.`;
      const first = version !== null && version < since.version ? [update] : [];
      if (platform !== 'Linux') return [...first, hardware, flag];
      const start = `Or start ${name} from a terminal with ${LINUX_FLAGS}.`;
      return [...first, flag, hardware, start];
    }
    case 'Firefox':
      if (platform === 'Windows') return ['Update Firefox to version 141 or later: WebGPU is on there.'];
      return platform === 'macOS'
        ? [
            'On a Mac with Apple silicon, update Firefox to version 147 or later: WebGPU is on there.',
            `On a Mac with an Intel processor, ${instead}`,
          ]
        : ['Open about:config, set dom.webgpu.enabled to true and restart Firefox.', `Or ${instead}`];
    case 'Safari':
      return ['Update macOS to version 26 or later: WebGPU is on in its Safari.', `Or ${instead}`];
    default:
      return [`O${instead.slice(1)}`];
  }
}

/** Steps in the order in which to try them. */
export function stepsFor(reason: MissingReason, browser: BrowserIdentity): string[] {
  if (reason === 'insecure-page') {
    return ['Open this page over https, or from localhost: browsers hide WebGPU on other addresses.'];
  }
  if (reason === 'no-api') return apiSteps(browser);
  const gpuPage = browser.name === 'Edge' ? 'edge://gpu' : browser.name === 'Chrome' ? 'chrome://gpu' : null;
  return [
    'Restart the browser: after a crash of the graphics driver it blocks WebGPU until then.',
    'Update the graphics driver of this computer.',
    ...(gpuPage === null ? [] : [`Open ${gpuPage} and read the line “WebGPU”: it says why no adapter is offered.`]),
    ...apiSteps(browser),
  ];
}

/** Steps that may bring the graphics card where only a software adapter is offered. */
export function softwareSteps({ name, platform }: BrowserIdentity): string[] {
  const scheme = name === 'Edge' ? 'edge' : 'chrome';
  const chromium = name === 'Chrome' || name === 'Edge';
  return [
    'Update the graphics driver of this computer, then restart the browser.',
    ...(chromium
      ? [
          `Open ${scheme}://settings/system and turn on “Use graphics acceleration when available”, then restart ${name}.`,
        ]
      : []),
    ...(chromium && platform === 'Linux'
      ? [`Open ${scheme}://flags/#enable-vulkan, set it to Enabled and restart ${name}.`]
      : []),
    ...(platform === 'Windows'
      ? [
          'On a computer with two graphics cards: Settings, System, Display, Graphics; set the browser to “High performance”.',
        ]
      : []),
    'In a virtual machine or a remote desktop there may be no other adapter: use the computer itself.',
  ];
}
