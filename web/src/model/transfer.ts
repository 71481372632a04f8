// SPDX-License-Identifier: MIT
//
// Bytes to an address (XEP-0363 section 7), with how many are there already: fetch does not tell that.

const STALL_MS = 60_000; // without a byte

/** Status of the answer: 0 when there was none. */
export class TransferError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(status ? `the server answered ${status}` : "no answer");
    this.name = "TransferError";
    this.status = status;
  }
}

export interface Sending {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly mediaType: string;
  readonly data: Blob;
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/** Rejects with a TransferError; with the signal's reason when that is aborted. */
export type Transfer = (sending: Sending) => Promise<void>;

export const transfer: Transfer = ({ url, headers, mediaType, data, onProgress, signal }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stalled: ReturnType<typeof setTimeout> | undefined;
    const wait = (): void => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALL_MS);
    };
    const abort = (): void => request.abort();
    const end = (): void => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", abort);
    };
    request.upload.onprogress = ({ loaded }) => {
      wait();
      onProgress(loaded);
    };
    request.onloadend = () => {
      end();
      if (signal.aborted) reject(new Error("aborted"));
      else if (request.status >= 200 && request.status < 300) resolve();
      else reject(new TransferError(request.status));
    };
    signal.addEventListener("abort", abort);
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers))
      if (name.toLowerCase() !== "cookie") request.setRequestHeader(name, value); // no page may set that
    request.setRequestHeader("Content-Type", mediaType);
    wait();
    request.send(data);
    if (signal.aborted) abort();
  });
