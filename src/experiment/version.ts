/** The version that records state, and the one place it is read from. */
import packageFile from '../../package.json';

export const ONTOSCOPE_VERSION: string = packageFile.version;
