/**
 * What to do when WebGPU is missing, for this browser on this system. Pure: the user-agent text comes in.
 *
 * Promises: at least one step that a person can follow, and never advice for another browser first.
 */
export interface BrowserIdentity {
  name: 'Chrome' | 'Edge' | 'Firefox' | 'Safari' | 'browser';
  /** Major version; null when the user agent does not say. */
  version: number | null;
  platform: 'Windows' | 'macOS' | 'Linux' | 'Android' | 'iOS' | 'system';
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
          : /Linux|CrOS/.test(userAgent)
            ? 'Linux'
            : 'system';
  if (/Edg\//.test(userAgent)) return { name: 'Edge', version: major(/Edg\/(\d+)/), platform };
  if (/Firefox\//.test(userAgent)) return { name: 'Firefox', version: major(/Firefox\/(\d+)/), platform };
  if (/Chrome\//.test(userAgent)) return { name: 'Chrome', version: major(/Chrome\/(\d+)/), platform };
  if (/Version\/.*Safari\//.test(userAgent)) return { name: 'Safari', version: major(/Version\/(\d+)/), platform };
  return { name: 'browser', version: null, platform };
}

export type MissingReason = 'insecure-page' | 'no-api' | 'no-adapter';

function apiSteps({ name, platform, version }: BrowserIdentity): string[] {
  if (platform === 'iOS') return ['Update to iOS or iPadOS 26 or later: WebGPU is on there in every browser.'];
  switch (name) {
    case 'Chrome':
    case 'Edge': {
      const scheme = name === 'Edge' ? 'edge' : 'chrome';
      const update = `Update ${name} to version 113 or later (121 on Android).`;
      const hardware = `Open ${scheme}://settings/system and turn on “Use graphics acceleration when available”, then restart ${name}.`;
      const flag = `Open ${scheme}://flags/#enable-unsafe-webgpu, set it to Enabled and restart ${name}.`;
      const old = version !== null && version < 113;
      return platform === 'Linux'
        ? [...(old ? [update] : []), flag, hardware]
        : [...(old ? [update] : []), hardware, flag];
    }
    case 'Firefox':
      return platform === 'Windows' || platform === 'macOS'
        ? ['Update Firefox to version 145 or later: WebGPU is on there.']
        : [
            'Open about:config, set dom.webgpu.enabled to true and restart Firefox.',
            'Or open this page in Chrome or Edge, version 113 or later.',
          ];
    case 'Safari':
      return [
        'Update macOS to version 26 or later: WebGPU is on in its Safari.',
        'Or open this page in Chrome or Edge, version 113 or later.',
      ];
    default:
      return ['Open this page in Chrome or Edge, version 113 or later.'];
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
