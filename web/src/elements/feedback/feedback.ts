// SPDX-License-Identifier: MIT
//
// How an element tells the reader something that is in no place of its own: it is shown for a
// while and read by screen readers (<jaseur-feedback>).

export interface Feedback {
  readonly text: string;
  /** It went wrong: said at once, and shown until it is closed. */
  readonly isBad?: boolean;
  /** For screen readers only. */
  readonly isUnseen?: boolean;
  /** A button beside it. */
  readonly action?: { readonly label: string; run(): void };
}

export type FeedbackEvent = CustomEvent<Feedback>;

/** from: the element whose affair it is */
export function feedback(from: EventTarget, text: string, more: Omit<Feedback, "text"> = {}): void {
  const detail: Feedback = { ...more, text };
  from.dispatchEvent(new CustomEvent("jaseur-feedback", { detail, bubbles: true, composed: true }));
}
