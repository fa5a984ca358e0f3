/** What is wrong with a study, in one voice: the file, the field, what to do. */
import { LabError } from '../../core/errors';

export function wrong(sourceName: string, path: string, text: string, hint: string): LabError {
  return new LabError('study-invalid', `${sourceName}: ${path}: ${text}.`, { hint, control: path });
}

/**
 * What `work` refuses as a fault of the study. `control` is named where the error names no field itself; `prefix` stands
 * before its message, `within` before its field.
 */
export function asStudyError<T>(
  work: () => T,
  { control, prefix, within }: { control: string; prefix?: string; within?: string },
): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const field = error.control === undefined ? control : [within, error.control].filter(Boolean).join('.');
    throw new LabError('study-invalid', prefix ? `${prefix}: ${error.message}` : error.message, {
      hint: error.hint,
      control: field,
      cause: error,
    });
  }
}
