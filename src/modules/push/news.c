/* SPDX-License-Identifier: MIT */
#include "modules/push/news.h"

#include "xmpp/form.h"
#include "xmpp/json.h"
#include "xmpp/ns.h"
#include "xmpp/web_push.h"

/* Without the bytes of a character that is not whole. */
static struct str
cut(struct str text, size_t max)
{
	if (text.len <= max)
		return text;
	while (max > 0 && ((unsigned char)text.at[max] & 0xc0) == 0x80)
		max--;
	return str_of(text.at, max);
}

struct news *
news_new(const struct news *like, size_t body_max)
{
	struct str body = cut(like->body, body_max);
	struct news *n = mem_alloc(sizeof(*n) + like->sender.len + body.len);
	char *at = (char *)(n + 1);

	*n = *like;
	list_init(&n->in_delivery);
	list_init(&n->in_age);
	n->sender = str_of(like->sender.len ? at : NULL, like->sender.len);
	if (n->sender.len)
		memcpy(at, like->sender.at, like->sender.len);
	at += n->sender.len;
	n->body = str_of(body.len ? at : NULL, body.len);
	if (body.len)
		memcpy(at, body.at, body.len);
	return n;
}

void
news_free(struct news **n)
{
	free(*n);
	*n = NULL;
}

static bool
says_sender(const struct news *n)
{
	return n->content >= PUSH_SENDER && n->sender.len > 0;
}

static bool
says_body(const struct news *n)
{
	return n->content >= PUSH_BODY && n->body.len > 0;
}

void
news_write(struct xml_writer *w, const struct news *n)
{
	struct form_field fields[4];
	struct str values[4];
	struct form form = { .kind = FORM_SUBMIT, .form_type = NS_PUSH_SUMMARY };
	char counts[2][24];

#define FIELD_IS(name, text)                                                                   \
	(values[form.count] = (text),                                                          \
	    fields[form.count] =                                                               \
		(struct form_field){                                                           \
		    .var = S(name), .values = &values[form.count], .count = 1 },               \
	    form.count++)

	if (n->content >= PUSH_COUNT && n->messages) {
		snprintf(counts[0], sizeof(counts[0]), "%llu", (unsigned long long)n->messages);
		FIELD_IS("message-count", str_from_c(counts[0]));
	}
	if (n->content >= PUSH_COUNT && n->requests) {
		snprintf(counts[1], sizeof(counts[1]), "%u", n->requests);
		FIELD_IS("pending-subscription-count", str_from_c(counts[1]));
	}
	if (says_sender(n))
		FIELD_IS("last-message-sender", n->sender);
	if (says_body(n))
		FIELD_IS("last-message-body", n->body);
#undef FIELD_IS
	form.fields = fields;
	xml_open(w, NS_PUSH, S("notification"));
	if (form.count)
		form_write(w, &form);
	xml_close(w);
}

static struct str
say(struct arena *a, const struct news *n, struct jid account)
{
	static const char *const kinds[] = {
		[NEWS_MESSAGE] = "message",
		[NEWS_CALL] = "call",
		[NEWS_REQUEST] = "subscription",
	};
	struct str out = str_format(a, "{\"account\":%.*s,\"kind\":\"%s\"",
	    STR_ARG(json_quote(a, jid_full(account))), kinds[n->kind]);

	if (n->content >= PUSH_COUNT && n->messages)
		out = str_format(a, "%.*s,\"message-count\":%llu", STR_ARG(out),
		    (unsigned long long)n->messages);
	if (n->content >= PUSH_COUNT && n->requests)
		out = str_format(
		    a, "%.*s,\"pending-subscription-count\":%u", STR_ARG(out), n->requests);
	if (says_sender(n))
		out = str_format(a, "%.*s,\"last-message-sender\":%.*s", STR_ARG(out),
		    STR_ARG(json_quote(a, n->sender)));
	if (says_body(n))
		out = str_format(a, "%.*s,\"last-message-body\":%.*s", STR_ARG(out),
		    STR_ARG(json_quote(a, n->body)));
	return str_format(a, "%.*s}", STR_ARG(out));
}

/* An account's address alone always fits (JID_PART_MAX twice, and nothing in it grows much). */
struct str
news_json(struct arena *a, const struct news *n, struct jid account)
{
	struct news less = *n;
	struct str out = say(a, &less, account);

	while (out.len > WEB_PUSH_TEXT_MAX) {
		assert(less.content > PUSH_NOTHING);
		less.content--;
		out = say(a, &less, account);
	}
	return out;
}
