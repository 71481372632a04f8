// SPDX-License-Identifier: MIT
//
// Signing in and out.

export const signIn = {
  signIn: "Sign in",
  signingIn: "Signing in…",
  signOut: "Sign out",
  address: "Address",
  password: "Password",
  addressHint: "name@{domain}",
  wrongSecret: "The address or the password is wrong.",
  badAddress: "This is no address.",
  insecure: "This page came over an unprotected connection: signing in needs https.",
  unreachable: "The server does not answer. Trying again…",
  refused: "The server refuses: {condition}.",
} as const;
