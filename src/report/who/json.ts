import type { LoggedEvent } from '../../events/event.ts';
import { isoTime } from '../../events/time.ts';
import { finalizersIn } from '../../events/bodies.ts';
import type { Step } from '../../events/who/chain.ts';
import type { Candidate } from '../../events/who/collect.ts';
import { eventMask, type EventMask, revealed } from '../events/mask-event.ts';
import { actionText, addressText } from '../events/words.ts';
import { requestText } from '../explanation.ts';
import { type Answer, isFound } from './parts.ts';

/** An answer as one JSON object. Secrets are masked unless they are to be revealed. */
export function answerJson(answer: Answer, isRevealed: boolean): object {
  const { asked, happened, collected, tally, recorded } = answer;
  const mask = isRevealed ? revealed : eventMask();
  const events = (list: readonly Candidate[]): object[] => list.map(({ event }) => eventJson(event, mask));
  const { act, group, resource, subresource, namespace, name } = asked;
  return {
    kind: 'Who',
    formatVersion: 1,
    asked: { act: act.word, group, resource, subresource, namespace, name },
    found: isFound(answer),
    certain: isCertain(answer),
    steps: happened.chain.map((step) => stepJson(step, mask)),
    possible: happened.possible.map((step) => stepJson(step, mask)),
    tried: events(happened.tried),
    earlier: events(happened.earlier),
    made: happened.made && eventJson(happened.made, mask),
    madeAgain: happened.again && eventJson(happened.again, mask),
    because: happened.because && stepJson(happened.because, mask),
    heldBy: happened.held,
    before: collected.shape,
    leftOut: collected.dropped,
    lastSeen: collected.alive && eventJson(collected.alive, mask),
    firstMissed: collected.gone && eventJson(collected.gone, mask),
    log: { events: tally.events, from: isoTime(tally.from), to: isoTime(tally.to), requestsOfType: collected.ofType },
    recorded: recorded && {
      policy: recorded.policy,
      requests: recorded.requests.map(({ request, recordings }) => ({
        request: requestText(request),
        parties: recordings.map(({ party, decision: { level, rule } }) => ({ party, level, rule })),
      })),
    },
  };
}

/** Each link of a chain must be known; of what was done many times one. */
function isCertain({ asked: { act, name }, happened: { chain } }: Answer): boolean {
  const isChain = act.word === 'delete' && name !== '';
  return isChain && chain.length > 0 ? chain.every(({ isSure }) => isSure) : chain.some(({ isSure }) => isSure);
}

function stepJson({ event, role, link, isSure, controller }: Step, mask: EventMask): object {
  return { role, link, certain: isSure, controller: controller?.name ?? null, ...eventJson(event, mask) };
}

function eventJson(event: LoggedEvent, mask: EventMask): object {
  const { user, impersonatedUser, annotations = {} } = event;
  return {
    time: event.stageTimestamp ?? null,
    user: user?.username ?? null,
    impersonatedUser: impersonatedUser?.username ?? null,
    address: addressText(event),
    agent: mask.text(event.userAgent ?? ''),
    action: actionText(event, mask),
    code: event.code,
    allowedBy: annotations['authorization.k8s.io/reason'] ?? '',
    finalizers: finalizersIn(event.responseObject) ?? [],
    level: event.level,
    stage: event.stage,
    auditID: event.auditID,
    server: event.source.server,
  };
}
