/* SPDX-License-Identifier: MIT
 *
 * The words of a text, as a full-text search compares them: without case, accents and the
 * width of their letters. Where a script has no spaces between words (Chinese, Japanese,
 * Thai, ...), and in Korean, each two neighbouring characters are a word, and the last one
 * alone; an emoji is a word of its own. What is neither letter, digit nor emoji separates.
 */
#ifndef XMPP_WORDS_H
#define XMPP_WORDS_H

#include "base/str.h"

enum {
	WORD_BYTES = 64, /* of a word; what is longer is cut there, in texts and in questions */
	WORD_FOLDED = 20 /* characters that stand for one, at most */
};

struct words {
	struct str rest; /* of the text; any bytes */
	bool asked;      /* of a question: see words_next */
	bool in_run;     /* the last word was a pair, which the next one continues */
	int32_t ahead[WORD_FOLDED];
	unsigned n_ahead, at_ahead;
	char word[WORD_BYTES];
};

/* asked: in a question the last character of several without spaces is no word, because it
 * may be followed by others in the text. */
void words_begin(struct words *w, struct str text, bool asked);

/* False after the last. The word is valid until the next call. joined: it shares a character
 * with the one before, and must follow it wherever both are found. */
bool words_next(struct words *w, struct str *word, bool *joined);

/* The whole text folded as its words are, with what separates them, but white space and
 * control characters as one space; none at the ends. At most `max` bytes. */
struct str words_fold(struct arena *a, struct str text, size_t max);

/* --- questions ------------------------------------------------------------------------ */

/* Words that stand beside each other. */
struct words_phrase {
	const struct str *word;
	size_t n;
	bool prefix; /* the last word may go on */
};

/* All of the phrases are wanted, in any order. */
struct words_query {
	const struct words_phrase *phrase;
	size_t n; /* 0: nothing is found */
};

/*
 * From what somebody typed. The last word may be one that he has only begun to type, unless
 * it is very short. At most SEARCH_WORDS_MAX words count.
 */
struct words_query words_ask(struct arena *a, struct str text);

/* Whether all of it occurs in the text. */
bool words_match(const struct words_query *q, struct str text, struct arena *a);

#endif
