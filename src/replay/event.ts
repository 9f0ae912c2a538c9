/** The parts of an `audit.k8s.io/v1` Event that a replay looks at; all others are kept as they are. */
export interface AuditEvent {
  level: string;
  stage: string;
  requestURI: string;
  verb: string;
  user?: { username?: string; groups?: string[] };
  objectRef?: {
    resource?: string;
    namespace?: string;
    name?: string;
    apiGroup?: string;
    subresource?: string;
  };
  requestObject?: unknown;
  responseObject?: unknown;
  annotations?: Record<string, string>;
  [key: string]: unknown;
}
