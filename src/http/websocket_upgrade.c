/* SPDX-License-Identifier: MIT */
#include "http/websocket_upgrade.h"

#include "http/websocket.h"

/* Whether the field, a list with commas, has the word. Names of protocols differ by case. */
static bool
lists(const struct http_exchange *x, struct str field, struct str word, bool with_case)
{
	struct str rest = http_header(x, field), piece;

	while (str_split(&rest, ',', &piece)) {
		piece = str_trim(piece);
		if (with_case ? str_eq(piece, word) : str_eq_nocase(piece, word))
			return true;
	}
	return false;
}

static bool
may_come_from(struct str origin, struct str_list origins)
{
	if (!origin.at)
		return true;
	for (size_t i = 0; i < origins.count; i++)
		if (str_eq(origins.at[i], S("*")) || str_eq_nocase(origins.at[i], origin))
			return true;
	return false;
}

struct conn *
websocket_upgrade(struct http_exchange *x, struct str protocol, struct str_list origins)
{
	struct str accept;

	if (!lists(x, S("upgrade"), S("websocket"), false) ||
	    !lists(x, S("connection"), S("upgrade"), false)) {
		http_add_header(x, S("Upgrade"), S("websocket"));
		http_refuse(x, 426, S("Here is a WebSocket and nothing else."));
	} else if (!str_eq(http_header(x, S("sec-websocket-version")), S("13"))) {
		/* Section 4.4. */
		http_add_header(x, S("Sec-WebSocket-Version"), S("13"));
		http_refuse(x, 426, S("The version of WebSocket is 13."));
	} else if (websocket_accept_key(
		       x->arena, http_header(x, S("sec-websocket-key")), &accept) != OK) {
		http_refuse(x, 400, S("Sec-WebSocket-Key is not the base64 of 16 bytes."));
	} else if (!lists(x, S("sec-websocket-protocol"), protocol, true)) {
		http_refuse(x, 400,
		    str_format(
			x->arena, "Sec-WebSocket-Protocol lacks \"%.*s\".", STR_ARG(protocol)));
	} else if (!may_come_from(http_header(x, S("origin")), origins)) {
		http_refuse(x, 403, S("Pages of that origin may not connect."));
	} else {
		http_add_header(x, S("Sec-WebSocket-Accept"), accept);
		http_add_header(x, S("Sec-WebSocket-Protocol"), protocol);
		return http_upgrade(x, S("websocket"));
	}
	return NULL;
}
