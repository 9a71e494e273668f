/**
 * `chat/getDiagnostics`: what all of VS Code's language servers and linters say, in LSP's terms. It only reads, and
 * judges nothing. Called by serverRequests.ts.
 */
import { type Diagnostic as EditorDiagnostic, languages, Uri } from "vscode";

import type { Diagnostic, GetDiagnosticsParams, GetDiagnosticsResult } from "./protocol";
import { wireRange } from "./ranges";

/** Of a broken build there can be any number; the server reads no more than this. */
const MAX_FINDINGS = 2000;

type Found = readonly [uri: string, diagnostic: EditorDiagnostic];

/** Those of one document, or of all; where there are too many, the worst. */
export function getDiagnostics({ uri }: GetDiagnosticsParams): GetDiagnosticsResult {
  const found =
    uri === undefined ? ofAll() : languages.getDiagnostics(Uri.parse(uri)).map((each): Found => [uri, each]);
  const worst = found.sort(([, one], [, other]) => one.severity - other.severity).slice(0, MAX_FINDINGS);
  const items = new Map<string, Diagnostic[]>();
  for (const [of, diagnostic] of worst) {
    const known = items.get(of);
    if (known === undefined) {
      items.set(of, [toWire(diagnostic)]);
    } else {
      known.push(toWire(diagnostic));
    }
  }
  return { items: Array.from(items, ([of, diagnostics]) => ({ uri: of, diagnostics })) };
}

function ofAll(): Found[] {
  return languages.getDiagnostics().flatMap(([uri, all]) => all.map((each): Found => [uri.toString(), each]));
}

/** A diagnostic as LSP has it. */
export function toWire({ range, message, severity, source }: EditorDiagnostic): Diagnostic {
  return {
    range: wireRange(range),
    message,
    severity: SEVERITIES[severity],
    ...(source === undefined ? {} : { source }),
  };
}

/** By VS Code's `DiagnosticSeverity`, which counts from 0. */
const SEVERITIES = [1, 2, 3, 4] as const;
