/* SPDX-License-Identifier: MIT
 *
 * Stanza errors (RFC 6120 section 8.3) and stream errors (section 4.9).
 */
#ifndef XMPP_STANZA_ERROR_H
#define XMPP_STANZA_ERROR_H

#include "xmpp/stanza.h"

enum stanza_error {
	ERR_NONE,
	ERR_BAD_REQUEST,
	ERR_CONFLICT,
	ERR_FEATURE_NOT_IMPLEMENTED,
	ERR_FORBIDDEN,
	ERR_GONE,
	ERR_INTERNAL_SERVER_ERROR,
	ERR_ITEM_NOT_FOUND,
	ERR_JID_MALFORMED,
	ERR_NOT_ACCEPTABLE,
	ERR_NOT_ALLOWED,
	ERR_NOT_AUTHORIZED,
	ERR_POLICY_VIOLATION,
	ERR_RECIPIENT_UNAVAILABLE,
	ERR_REDIRECT,
	ERR_REGISTRATION_REQUIRED,
	ERR_REMOTE_SERVER_NOT_FOUND,
	ERR_REMOTE_SERVER_TIMEOUT,
	ERR_RESOURCE_CONSTRAINT,
	ERR_SERVICE_UNAVAILABLE,
	ERR_SUBSCRIPTION_REQUIRED,
	ERR_UNDEFINED_CONDITION,
	ERR_UNEXPECTED_REQUEST,
	STANZA_ERRORS,
};

/*
 * The error answer to a stanza: addresses swapped, same id. `text` may be "no string";
 * `extension` is markup of an application-specific condition, or none. The stanza must be
 * one that may be answered.
 */
struct stanza *stanza_error_answer(const struct stanza *st, enum stanza_error condition,
    struct str text, struct str extension, struct arena *a);

/* The same to an element whose addresses, type or content cannot be read; `to` is who sent it.
 * NULL when it says that it is an answer itself (RFC 6120 section 8.3.1). */
struct stanza *stanza_error_to_unreadable(
    struct elem root, struct jid to, enum stanza_error condition, struct arena *a);

/* Writes the <error/> element, for errors that stand in other places. */
void stanza_error_write(
    struct xml_writer *w, enum stanza_error condition, struct str text, struct str extension);

struct str stanza_error_name(enum stanza_error condition); /* "bad-request" */

/* What a failed write means to the client that asked for it. */
enum stanza_error stanza_error_of_status(enum status s);

enum stream_error {
	STREAM_BAD_FORMAT,
	STREAM_BAD_NAMESPACE_PREFIX,
	STREAM_CONFLICT,
	STREAM_CONNECTION_TIMEOUT,
	STREAM_HOST_GONE,
	STREAM_HOST_UNKNOWN,
	STREAM_IMPROPER_ADDRESSING,
	STREAM_INTERNAL_SERVER_ERROR,
	STREAM_INVALID_FROM,
	STREAM_INVALID_NAMESPACE,
	STREAM_INVALID_XML,
	STREAM_NOT_AUTHORIZED,
	STREAM_NOT_WELL_FORMED,
	STREAM_POLICY_VIOLATION,
	STREAM_REMOTE_CONNECTION_FAILED,
	STREAM_RESET,
	STREAM_RESOURCE_CONSTRAINT,
	STREAM_RESTRICTED_XML,
	STREAM_SEE_OTHER_HOST,
	STREAM_SYSTEM_SHUTDOWN,
	STREAM_UNDEFINED_CONDITION,
	STREAM_UNSUPPORTED_ENCODING,
	STREAM_UNSUPPORTED_FEATURE,
	STREAM_UNSUPPORTED_STANZA_TYPE,
	STREAM_UNSUPPORTED_VERSION,
	STREAM_ERRORS,
};

struct str stream_error_name(enum stream_error condition);

#endif
