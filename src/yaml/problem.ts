/** Why a text can't be read. `offset` counts UTF-16 units from the start; `problem` is the wording of go-yaml v2 where it has one. */
export class YamlProblem extends Error {
  override name = 'YamlProblem';
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(problem);
    this.offset = offset;
  }
}
