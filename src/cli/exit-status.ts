/** The exit statuses, for every help text (design §5). */
export const EXIT_STATUS: string = `
Exit status:
  0    done, or nothing to do
  1    the answer is no: findings of severity error, a policy test failed; with
       --exit-code: changes are pending
  2    could not start, or refused by a safety check; nothing was written
  3    declined, or nobody could be asked; nothing was written
  4    kops failed or timed out, or stdout is full; nothing was written
  5    the spec was written, but a later step failed or was declined
  70   a bug of kops-audit
  130  interrupted; the message says what was written`;
