/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a text and as what is searched for in it. Words are letters, never longer than
 * they may be; a text is found by itself, by any of its words, and the question is one that
 * FTS5 understands.
 */
#include "base/limits.h"
#include "storage/sqlite/tokenizer.h"
#include "xmpp/words.h"

static size_t
check_words(struct arena *a, struct str text)
{
	struct words_query q;
	struct words w;
	struct str word;
	bool joined;
	size_t n = 0;

	words_begin(&w, text, false);
	while (words_next(&w, &word, &joined)) {
		assert(word.len > 0 && word.len <= WORD_BYTES && str_is_utf8(word));
		assert(str_find(word, ' ') == word.len && str_find(word, '"') == word.len);
		assert(!joined || n > 0);
		if (n++ < 50) {
			q = words_ask(a, str_copy(a, word));
			assert(q.n <= SEARCH_WORDS_MAX);
		}
	}
	return n;
}

static void
check_question(struct arena *a, struct str text)
{
	struct words_query q = words_ask(a, text);
	struct str question;

	assert(words_match(&q, text, a) == (q.n > 0));
	if (q.n == 0)
		return;
	question = tokenizer_question(a, 42, 7, &q);
	assert(str_is_utf8(question));
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct str text = str_of((const char *)at, len);
	struct arena a;

	arena_init(&a, 4096);
	check_words(&a, text);
	check_question(&a, text);
	arena_fini(&a);
	return 0;
}
