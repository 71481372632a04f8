// SPDX-License-Identifier: MIT
//
// Conversations and messages.

export const conversation = {
  conversations: "Conversations",
  noConversations: "No conversations yet. Choose somebody among the people.",
  choose: "Choose a conversation",
  chooseHint: "Or pick somebody among the people: nothing is sent before you write.",
  back: "Back to the list",
  beginning: "This is the beginning.",
  message: "Message to {who}",
  writeHere: "Message",
  send: "Send",
  callAudio: "Call",
  callVideo: "Video call",
  callFailed: "There is no connection, or there is a call already.",
  you: "You",
  youSaid: "You: {text}",
  draft: "Draft: {text}",
  unread: "{count, plural, other {# unread}}",
  typing: "{who} is writing…",
  sending: "Being sent",
  sent: "On the server",
  received: "Received",
  read: "Read",
  failed: "Not delivered",
  corrected: "corrected",
  retracted: "This message was taken back.",
} as const;
