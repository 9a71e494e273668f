/**
 * What went wrong with a request, in the words of the protocol: the server's own account where it gave one, else what is
 * known here. Pure. Used by conversation.ts and sessions.ts.
 */
import { ProblemError } from "./problems";
import type { Fault, RequestFailedData } from "./protocol";

/** An error as JSON-RPC has it. The library's own class is not asked for: it is loaded with the first server only. */
interface RequestError extends Error {
  readonly code: number;
  readonly data?: Partial<RequestFailedData>;
}

/** The connection ended while somebody waited for an answer. */
const CONNECTION_GONE = [-32097, -32099];
/** Codes that the JSON-RPC library gives by itself where a connection fails; its others of that kind are above 0. */
const LOCAL_CODES = [-32099, -32098, -32097, -32096];

export function asFault(error: unknown): Fault {
  if (error instanceof ProblemError) {
    return { code: "internal", message: error.message, retryable: true };
  }
  if (!isRequestError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: "internal", message, retryable: true };
  }
  if (CONNECTION_GONE.includes(error.code)) {
    return {
      code: "stream_interrupted",
      message: "The server ended while it answered; what had come is kept.",
      hint: "Continue the answer, or try again.",
      retryable: true,
    };
  }
  const { data } = error;
  return {
    code: data?.reason ?? "internal",
    message: error.message,
    ...(data?.hint === undefined ? {} : { hint: data.hint }),
    retryable: data?.retryable ?? false,
  };
}

/** The reason of a request that failed, where the server gave one. */
export function reasonOf(error: unknown): RequestFailedData["reason"] | undefined {
  return isRequestError(error) ? error.data?.reason : undefined;
}

/** No server has answered: there was none, or it ended before. That says nothing about what was asked. */
export function isServerGone(error: unknown): boolean {
  const isAnswer = isRequestError(error) && error.code < 0 && !LOCAL_CODES.includes(error.code);
  return !isAnswer;
}

/** What a person is told: what happened, and what to do about it. */
export function told(error: unknown): string {
  const { message, hint } = asFault(error);
  return hint === undefined ? message : `${message} ${hint}`;
}

function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && "code" in error && typeof error.code === "number";
}
