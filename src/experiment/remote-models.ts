/** Models from elsewhere, for hosts that load this without the rest. */
export { createWeb, ModelCache } from '../models/remote';
