/** Numbers as people read them. Pure; one locale (English) so that screenshots and tests are the same everywhere. */
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-GB').replaceAll(',', '\u202f');
}

/** A rate: whole numbers from ten on, one decimal below. */
export function formatRate(perSecond: number): string {
  return perSecond >= 10 ? formatCount(perSecond) : perSecond.toFixed(1);
}

/** Parameters as `260 K`, `1.2 M`. */
export function formatLarge(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} B`;
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e3) return `${(value / 1e3).toPrecision(3)} K`;
  return String(value);
}

export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** p-values: two significant digits, and never a bare zero. */
export function formatP(p: number): string {
  if (!Number.isFinite(p)) return 'p not defined';
  if (p < 1e-4) {
    if (p === 0) return 'p < 1e-300';
    const exponent = Math.floor(Math.log10(p));
    return `p = ${(p / 10 ** exponent).toFixed(1)}e${exponent}`;
  }
  return `p = ${p < 0.001 ? p.toFixed(5) : p < 0.1 ? p.toFixed(3) : p.toFixed(2)}`;
}

export function formatNats(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
}

export function formatMoment(ms: number): string {
  return new Date(ms).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

/** A graphics adapter by the name it gives itself. */
export function adapterName(gpu: { vendor: string; architecture: string; description: string }): string {
  return gpu.description || [gpu.vendor, gpu.architecture].filter(Boolean).join(' ') || 'an unnamed adapter';
}
