// SPDX-License-Identifier: MIT
//
// The connection.

export const state = {
  connecting: "Connecting…",
  offline: "No connection. What you write is sent when it is back.",
  nextTry: "Next try in {seconds} s",
  tryNow: "Try now",
  comeBackOnline: "Connect",
  storageFull: "There is no room left in this browser. What is new may not be shown until there is.",
  notKept: "There is no room left in this browser: this was not sent.",
  loading: "Loading…",
  loadedLater: "What was said here comes when there is a connection.",
} as const;
