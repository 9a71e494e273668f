/**
 * Why a step of an installation failed, in a sentence that helps, out of what venv and pip said; the log has all of it.
 * Pure. Called by install.ts.
 */

const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /CERTIFICATE_VERIFY_FAILED|SSLError/,
    "pip does not trust the certificate of the package index: see pip's configuration.",
  ],
  [
    /NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError|Connection refused/,
    "pip could not reach the package index: check the network, a proxy, and pip's configuration.",
  ],
  [/No space left on device|Errno 28/, "the disk is full."],
  [
    /\b40[13]\b.*(Unauthorized|Forbidden|Error)/,
    "the package index refused access: check pip's configuration.",
  ],
  [
    /ensurepip/,
    "this Python cannot put pip into a virtual environment (Debian, Ubuntu: apt install python3-venv).",
  ],
  [
    /Failed building wheel|subprocess-exited-with-error/,
    "a package would have to be compiled here, and could not be: another Python (3.11 to 3.13) may have it ready-made.",
  ],
];

export function explained(lines: readonly string[]): string {
  const text = lines.join("\n");
  const reason = REASONS.find(([pattern]) => pattern.test(text))?.[1];
  if (reason !== undefined) {
    return reason;
  }
  const missing = /No matching distribution found for (\S+)/.exec(text)?.[1];
  if (missing !== undefined) {
    return `pip found no ${missing} for this Python: the package index cannot be reached, or does not have it.`;
  }
  const error = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1);
  return error?.replace(/^ERROR:\s*/, "") ?? "the step said nothing; the log shows which it was.";
}
