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
  insecure: "This page came over an unprotected connection, where nobody can sign in. Please open it by https.",
  noMechanism: "The server does not let people sign in this way.",
  accountDisabled: "This account is closed.",
  noStorage: "This window lets no page keep anything, as some private windows do. Please use another one.",
  unreachable: "The server does not answer. Trying again…",
  makeAccount: "Create an account",
  makingAccount: "Creating the account…",
  haveAccount: "I have an account",
  comeAsGuest: "Come in as a guest",
  accountName: "Name",
  passwordAgain: "The same once more",
  passwordsDiffer: "The two passwords are not the same.",
  badName: "This cannot be a name: letters and digits are best, without spaces.",
  nameTaken: "This name is taken already. Please choose another.",
  registrationClosed: "Accounts cannot be created here.",
  registrationBusy: "Many accounts have been created lately. Please try again in an hour.",
  registrationFailed: "That did not work. Please try again in a moment.",
  refused: "The server refuses: {condition}.",
} as const;
