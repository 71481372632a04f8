/* SPDX-License-Identifier: MIT */
#include "xmpp/stanza_error.h"

#include "xmpp/ns.h"

/* RFC 6120 section 8.3.3: each condition with the type it is sent with here. */
static const struct {
	struct str name, type;
} conditions[STANZA_ERRORS] = {
	[ERR_BAD_REQUEST] = { S("bad-request"), S("modify") },
	[ERR_CONFLICT] = { S("conflict"), S("cancel") },
	[ERR_FEATURE_NOT_IMPLEMENTED] = { S("feature-not-implemented"), S("cancel") },
	[ERR_FORBIDDEN] = { S("forbidden"), S("auth") },
	[ERR_GONE] = { S("gone"), S("cancel") },
	[ERR_INTERNAL_SERVER_ERROR] = { S("internal-server-error"), S("cancel") },
	[ERR_ITEM_NOT_FOUND] = { S("item-not-found"), S("cancel") },
	[ERR_JID_MALFORMED] = { S("jid-malformed"), S("modify") },
	[ERR_NOT_ACCEPTABLE] = { S("not-acceptable"), S("modify") },
	[ERR_NOT_ALLOWED] = { S("not-allowed"), S("cancel") },
	[ERR_NOT_AUTHORIZED] = { S("not-authorized"), S("auth") },
	[ERR_POLICY_VIOLATION] = { S("policy-violation"), S("wait") },
	[ERR_RECIPIENT_UNAVAILABLE] = { S("recipient-unavailable"), S("wait") },
	[ERR_REDIRECT] = { S("redirect"), S("modify") },
	[ERR_REGISTRATION_REQUIRED] = { S("registration-required"), S("auth") },
	[ERR_REMOTE_SERVER_NOT_FOUND] = { S("remote-server-not-found"), S("cancel") },
	[ERR_REMOTE_SERVER_TIMEOUT] = { S("remote-server-timeout"), S("wait") },
	[ERR_RESOURCE_CONSTRAINT] = { S("resource-constraint"), S("wait") },
	[ERR_SERVICE_UNAVAILABLE] = { S("service-unavailable"), S("cancel") },
	[ERR_SUBSCRIPTION_REQUIRED] = { S("subscription-required"), S("auth") },
	[ERR_UNDEFINED_CONDITION] = { S("undefined-condition"), S("cancel") },
	[ERR_UNEXPECTED_REQUEST] = { S("unexpected-request"), S("wait") },
};

/* RFC 6120 section 4.9.3. */
static const struct str stream_conditions[STREAM_ERRORS] = {
	[STREAM_BAD_FORMAT] = S("bad-format"),
	[STREAM_BAD_NAMESPACE_PREFIX] = S("bad-namespace-prefix"),
	[STREAM_CONFLICT] = S("conflict"),
	[STREAM_CONNECTION_TIMEOUT] = S("connection-timeout"),
	[STREAM_HOST_GONE] = S("host-gone"),
	[STREAM_HOST_UNKNOWN] = S("host-unknown"),
	[STREAM_IMPROPER_ADDRESSING] = S("improper-addressing"),
	[STREAM_INTERNAL_SERVER_ERROR] = S("internal-server-error"),
	[STREAM_INVALID_FROM] = S("invalid-from"),
	[STREAM_INVALID_NAMESPACE] = S("invalid-namespace"),
	[STREAM_INVALID_XML] = S("invalid-xml"),
	[STREAM_NOT_AUTHORIZED] = S("not-authorized"),
	[STREAM_NOT_WELL_FORMED] = S("not-well-formed"),
	[STREAM_POLICY_VIOLATION] = S("policy-violation"),
	[STREAM_REMOTE_CONNECTION_FAILED] = S("remote-connection-failed"),
	[STREAM_RESET] = S("reset"),
	[STREAM_RESOURCE_CONSTRAINT] = S("resource-constraint"),
	[STREAM_RESTRICTED_XML] = S("restricted-xml"),
	[STREAM_SEE_OTHER_HOST] = S("see-other-host"),
	[STREAM_SYSTEM_SHUTDOWN] = S("system-shutdown"),
	[STREAM_UNDEFINED_CONDITION] = S("undefined-condition"),
	[STREAM_UNSUPPORTED_ENCODING] = S("unsupported-encoding"),
	[STREAM_UNSUPPORTED_FEATURE] = S("unsupported-feature"),
	[STREAM_UNSUPPORTED_STANZA_TYPE] = S("unsupported-stanza-type"),
	[STREAM_UNSUPPORTED_VERSION] = S("unsupported-version"),
};

struct str
stanza_error_name(enum stanza_error condition)
{
	assert(condition > ERR_NONE && condition < STANZA_ERRORS);
	return conditions[condition].name;
}

struct str
stream_error_name(enum stream_error condition)
{
	assert(condition < STREAM_ERRORS);
	return stream_conditions[condition];
}

void
stanza_error_write(
    struct xml_writer *w, enum stanza_error condition, struct str text, struct str extension)
{
	xml_open(w, S(""), S("error"));
	xml_attr(w, S("type"), conditions[condition].type);
	xml_empty(w, NS_STANZAS, stanza_error_name(condition));
	if (text.len)
		xml_leaf(w, NS_STANZAS, S("text"), text);
	if (extension.len)
		xml_raw(w, extension);
	xml_close(w);
}

static const enum stanza_type error_type[] = {
	[STANZA_MESSAGE] = MESSAGE_ERROR,
	[STANZA_PRESENCE] = PRESENCE_ERROR,
	[STANZA_IQ] = IQ_ERROR,
};

struct stanza *
stanza_error_answer(const struct stanza *st, enum stanza_error condition, struct str text,
    struct str extension, struct arena *a)
{
	struct stanza_head head = {
		.kind = st->kind,
		.type = error_type[st->kind],
		.to = st->from,
		.from = st->to,
		.id = st->id,
	};
	struct xml_writer w;

	assert(stanza_may_be_answered(st));
	stanza_begin(&w, a, st->kind);
	stanza_error_write(&w, condition, text, extension);
	return stanza_finish(&w, &head);
}

struct stanza *
stanza_error_to_unreadable(
    struct elem root, struct jid to, enum stanza_error condition, struct arena *a)
{
	struct stanza_head head = { .kind = STANZA_PRESENCE, .to = to };
	struct str type = { 0 };
	struct xml_writer w;

	elem_attr(root, S("type"), a, &type);
	elem_attr(root, S("id"), a, &head.id);
	if (str_eq(type, S("error")) || str_eq(type, S("result")))
		return NULL;
	if (str_eq(elem_name(root), S("iq")))
		head.kind = STANZA_IQ;
	else if (str_eq(elem_name(root), S("message")))
		head.kind = STANZA_MESSAGE;
	head.type = error_type[head.kind];
	stanza_begin(&w, a, head.kind);
	stanza_error_write(&w, condition, (struct str){ 0 }, (struct str){ 0 });
	return stanza_finish(&w, &head);
}

enum stanza_error
stanza_error_of_status(enum status s)
{
	switch (s) {
	case E_FULL:
	case E_IO:
	case E_LIMIT:
	case E_AGAIN:
		return ERR_RESOURCE_CONSTRAINT;
	case E_EXISTS:
		return ERR_CONFLICT;
	case E_NOT_FOUND:
		return ERR_ITEM_NOT_FOUND;
	case E_DENIED:
		return ERR_FORBIDDEN;
	case E_INVALID:
		return ERR_BAD_REQUEST;
	default:
		return ERR_INTERNAL_SERVER_ERROR;
	}
}
