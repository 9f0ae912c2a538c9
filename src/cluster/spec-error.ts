import { UserError } from '../errors.ts';

/** A value in a spec has the wrong type where we must write. `pointer` says where (RFC 6901), so that a file's line can be found. */
export class SpecError extends UserError {
  override name = 'SpecError';
  readonly pointer: string;

  constructor(pointer: string, message: string, hint: string) {
    super(message, { hint });
    this.pointer = pointer;
  }
}
