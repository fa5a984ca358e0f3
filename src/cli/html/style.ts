/** The look of a run's page, on screen and on paper: system fonts only, nothing to load. */
import { Html } from './markup';

export const PAGE_STYLE = new Html(`<style>
:root { color-scheme: light; font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; }
h1 { margin: 0 0 .5rem; font-size: 1.7rem; }
h2 { margin: 2rem 0 .5rem; border-bottom: 2px solid #1b1f24; font-size: 1.25rem; }
table { width: 100%; margin: 1rem 0; border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
caption { padding: .25rem 0; text-align: left; font-weight: 600; }
th, td { padding: .2rem .5rem; border-bottom: 1px solid #d5d9de; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #8a929c; }
tbody th { font-weight: normal; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem; }
.figures div { flex: 1 1 16rem; padding: .75rem 1rem; border: 1px solid #d5d9de; border-radius: .5rem; }
.figures strong { display: block; font-size: 1.8rem; }
.error { color: #a01818; }
figure { margin: 1rem 0; }
figcaption { font-weight: 600; }
figure > svg { width: 100%; max-width: 48rem; }
.legend span { margin-right: 1.5rem; }
.legend .key { width: 28px; height: 8px; vertical-align: middle; }
pre, code { font: .8rem/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { padding: .75rem; background: #f4f5f7; }
@media print {
  :root { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  table, figure, .figures { break-inside: avoid; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  pre { background: none; border: 1px solid #d5d9de; }
}
</style>`);
