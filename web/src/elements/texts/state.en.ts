// SPDX-License-Identifier: MIT
//
// The connection.

export const state = {
  connecting: "Connecting…",
  offline: "No connection. What you write is sent when it is back.",
  loading: "Loading…",
} as const;
