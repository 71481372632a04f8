/* SPDX-License-Identifier: MIT */
#include "http/preference.h"

enum { FULL = 1000 };

/* "0.5", at most three digits behind the point. False: malformed. */
static bool
read_weight(struct str text, unsigned *out)
{
	static const unsigned worth[3] = { 100, 10, 1 };
	unsigned n;

	if (text.len == 0 || text.len > 5 || text.at[0] < '0' || text.at[0] > '1' ||
	    (text.len > 1 && text.at[1] != '.'))
		return false;
	n = text.at[0] == '1' ? FULL : 0;
	for (size_t i = 2; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		n += (unsigned)(text.at[i] - '0') * worth[i - 2];
	}
	*out = n;
	return n <= FULL;
}

/* One item of a list: its word and weight. */
static bool
read_item(struct str item, struct str *word, unsigned *weight)
{
	size_t semicolon = str_find(item, ';');
	struct str rest = str_trim(str_slice(item, semicolon + 1, item.len));

	*word = str_trim(str_slice(item, 0, semicolon));
	*weight = FULL;
	if (semicolon == item.len)
		return word->len > 0;
	return word->len > 0 && str_eq_nocase(str_slice(rest, 0, 2), S("q=")) &&
	       read_weight(str_slice(rest, 2, rest.len), weight);
}

static unsigned
weight_in(
    struct str list, struct str wanted, bool (*is_for)(struct str word, struct str wanted))
{
	struct str item, word;
	unsigned weight, named = 0, other = 0;
	bool is_named = false;

	while (str_split(&list, ',', &item)) {
		if (!read_item(item, &word, &weight))
			continue;
		if (is_for(word, wanted)) {
			is_named = true;
			named = weight > named ? weight : named;
		} else if (str_eq(word, S("*"))) {
			other = weight;
		}
	}
	return is_named ? named : other;
}

static bool
is_same(struct str word, struct str wanted)
{
	return str_eq_nocase(word, wanted);
}

static bool
is_same_language(struct str word, struct str wanted)
{
	return str_eq_nocase(str_slice(word, 0, str_find(word, '-')), wanted);
}

unsigned
http_coding_weight(struct str list, struct str coding)
{
	return weight_in(list, coding, is_same);
}

unsigned
http_language_weight(struct str list, struct str language)
{
	return weight_in(list, language, is_same_language);
}
