/** Models from the hub and from any address: described, fetched, kept. */
export { type DownloadProgress, type FetchOptions, type KeptModel, ModelCache } from './model-cache';
export { createWeb, type Web } from './web';
