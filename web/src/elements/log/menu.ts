// SPDX-License-Identifier: MIT
//
// What can be done with a message.

import type { ChatMessage } from "../../model/types.js";
import type { MenuItem } from "../menu/jaseur-menu.js";
import type { Texts } from "../texts/texts.js";

export interface May {
  /** In the room. */
  readonly isModerator: boolean;
}

/** Others can be told which message is meant. */
export function isReferable({ author, id, archiveId, isRetracted, progress, call }: ChatMessage): boolean {
  return !isRetracted && !call && progress !== "sending" && progress !== "failed" && (author ? archiveId : id) !== undefined;
}

export function isEditable(message: ChatMessage): boolean {
  const { isOwn, isRetracted, id, url, progress, call } = message;
  return isOwn && !call && !isRetracted && id !== undefined && url === undefined && progress !== "sending";
}

export function menuFor(message: ChatMessage, { isModerator }: May, texts: Texts): MenuItem[] {
  const { isOwn, isRetracted, progress, author } = message;
  const isKnown = isReferable(message);
  const items: (MenuItem | false)[] = [
    isKnown && { name: "reply", label: texts.of("reply"), icon: "reply" },
    isKnown && { name: "react", label: texts.of("react"), icon: "emoji" },
    !isRetracted && !message.call && { name: "copy", label: texts.of("copyText"), icon: "copy" },
    isEditable(message) && { name: "edit", label: texts.of("edit"), icon: "edit" },
    progress === "failed" && { name: "resend", label: texts.of("sendAgain"), icon: "refresh" },
    progress === "failed" && { name: "drop", label: texts.of("deleteMessage"), icon: "trash", isBad: true, beginsGroup: true },
    isKnown && isOwn && { name: "takeBack", label: texts.of("takeBack"), icon: "trash", isBad: true, beginsGroup: true },
    isKnown && !isOwn && isModerator && author !== undefined && { name: "takeAway", label: texts.of("takeAway"), icon: "trash", isBad: true, beginsGroup: true },
  ];
  return items.filter((item) => item !== false);
}
