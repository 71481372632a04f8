/* SPDX-License-Identifier: MIT */
#include "xml/scope.h"

#define STREAMS "http://etherx.jabber.org/streams"

#define USUAL(content, ...)                                                                    \
	{                                                                                      \
		.header = { "stream:stream", 13 },                                             \
		.default_ns = { content, sizeof(content) - 1 },                                \
		.n = sizeof((struct scope_prefix[]){ __VA_ARGS__ }) /                          \
		     sizeof(struct scope_prefix),                                              \
		.prefix = {                                                                    \
			__VA_ARGS__                                                            \
		}                                                                              \
	}
#define STREAM                                                                                 \
	{                                                                                      \
		{ "stream", 6 },                                                               \
		{                                                                              \
			STREAMS, sizeof(STREAMS) - 1                                           \
		}                                                                              \
	}
#define DIALBACK                                                                               \
	{                                                                                      \
		{ "db", 2 },                                                                   \
		{                                                                              \
			"jabber:server:dialback", 22                                           \
		}                                                                              \
	}

static const struct scope usual[] = {
	USUAL("jabber:client", STREAM),
	USUAL("jabber:server", STREAM, DIALBACK),
	USUAL("jabber:server", STREAM),
	USUAL("jabber:component:accept", STREAM),
};

const struct scope SCOPE_EMPTY = { .n = 0 };

static bool
scope_eq(const struct scope *a, const struct scope *b)
{
	if (!str_eq(a->header, b->header) || !str_eq(a->default_ns, b->default_ns) ||
	    a->n != b->n)
		return false;
	for (uint32_t i = 0; i < a->n; i++) {
		bool found = false;

		for (uint32_t k = 0; k < b->n; k++)
			found = found || (str_eq(a->prefix[i].prefix, b->prefix[k].prefix) &&
					     str_eq(a->prefix[i].ns, b->prefix[k].ns));
		if (!found)
			return false;
	}
	return true;
}

static size_t
text_bytes(const struct scope *s)
{
	size_t bytes = s->header.len + s->default_ns.len;

	for (uint32_t i = 0; i < s->n; i++)
		bytes += s->prefix[i].prefix.len + s->prefix[i].ns.len;
	return bytes;
}

/* Copies the text to *at, which moves behind it. */
static struct str
put(char **at, struct str text)
{
	char *begin = *at;

	if (text.len)
		memcpy(begin, text.at, text.len);
	*at += text.len;
	return str_of(begin, text.len);
}

const struct scope *
scope_keep(const struct scope *s)
{
	struct scope *kept;
	char *at;

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (scope_eq(s, &usual[i]))
			return &usual[i];
	kept = mem_alloc(sizeof(*kept) + text_bytes(s));
	at = (char *)(kept + 1);
	*kept = (struct scope){ .allocated = true, .n = s->n };
	kept->header = put(&at, s->header);
	kept->default_ns = put(&at, s->default_ns);
	for (uint32_t i = 0; i < s->n; i++)
		kept->prefix[i] = (struct scope_prefix){
			.prefix = put(&at, s->prefix[i].prefix),
			.ns = put(&at, s->prefix[i].ns),
		};
	return kept;
}

void
scope_free(const struct scope **s)
{
	/* Only those that scope_keep allocated lie in writable memory. */
	if ((*s)->allocated)
		free((void *)(uintptr_t)*s);
	*s = &SCOPE_EMPTY;
}

size_t
scope_held(const struct scope *s)
{
	return s->allocated ? sizeof(*s) + text_bytes(s) : 0;
}

struct str
scope_content_ns(const struct scope *s)
{
	static const struct str known[] = { { "jabber:client", 13 }, { "jabber:server", 13 },
		{ "jabber:component:accept", 23 } };

	if (!str_eq(s->default_ns, str_from_c(STREAMS)))
		return s->default_ns;
	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
		for (uint32_t i = 0; i < s->n; i++)
			if (str_eq(s->prefix[i].ns, known[k]))
				return known[k];
	return S("");
}
