/* SPDX-License-Identifier: MIT */
#include "xmpp/nickname.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "xmpp/jid.h"

/* NFKC and case folding, without what cannot be seen; at most this many units for one byte. */
enum { GROWTH = 18, NICK_MAX = JID_PART_MAX };

static bool
fold(struct str nick, UChar *out, int32_t room, int32_t *len)
{
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&error);
	UChar wide[NICK_MAX];
	int32_t n = 0;

	u_strFromUTF8(wide, NICK_MAX, &n, nick.at, (int32_t)nick.len, &error);
	*len = unorm2_normalize(fold, wide, n, out, room, &error);
	return U_SUCCESS(error);
}

/* Spaces around do not count, several are one. Returns how many units are left. */
static int32_t
squeeze(UChar *text, int32_t len)
{
	int32_t kept = 0;

	for (int32_t i = 0; i < len; i++) {
		bool space = u_isUWhiteSpace(text[i]);

		if (!space || (kept > 0 && text[kept - 1] != ' '))
			text[kept++] = space ? ' ' : text[i];
	}
	while (kept > 0 && text[kept - 1] == ' ')
		kept--;
	return kept;
}

enum status
nickname_key(struct arena *a, struct str nick, struct str *key)
{
	UErrorCode error = U_ZERO_ERROR;
	int32_t room = NICK_MAX * GROWTH, len, bytes = 0;
	UChar *wide;
	char *out;

	if (nick.len == 0 || nick.len > NICK_MAX)
		return E_INVALID;
	room = (int32_t)nick.len * GROWTH;
	wide = arena_alloc(a, (size_t)room * sizeof(*wide));
	if (!fold(nick, wide, room, &len) || (len = squeeze(wide, len)) == 0)
		return E_INVALID;
	out = arena_alloc(a, (size_t)len * 3);
	u_strToUTF8(out, len * 3, &bytes, wide, len, &error);
	if (U_FAILURE(error))
		return E_INVALID;
	*key = str_of(out, (size_t)bytes);
	return OK;
}
