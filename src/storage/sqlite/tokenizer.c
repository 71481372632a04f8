/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/tokenizer.h"

typedef int token_fn(void *, int, const char *, int, int, int);

/* It keeps nothing. */
static int
create(void *context, const char **arguments, int n, Fts5Tokenizer **out)
{
	(void)arguments;
	(void)n;
	*out = context;
	return SQLITE_OK;
}

static void delete (Fts5Tokenizer *t)
{
	(void)t;
}

static int
tokenize_question(void *context, struct str text, token_fn *token)
{
	struct str word;
	int result = SQLITE_OK;

	while (result == SQLITE_OK && str_split(&text, ' ', &word))
		if (word.len)
			result = token(context, 0, word.at, (int)word.len, 0, 0);
	return result;
}

enum { PREFIX_BYTES = 21 }; /* a number and the colon */

static int
tokenize_text(void *context, struct str text, token_fn *token)
{
	size_t prefix = str_find(text, ':') + 1;
	char whole[PREFIX_BYTES + WORD_BYTES];
	int result = SQLITE_OK;
	struct words w;
	struct str word;
	bool joined;

	if (prefix > text.len || prefix > PREFIX_BYTES)
		return SQLITE_ERROR;
	memcpy(whole, text.at, prefix);
	words_begin(&w, str_slice(text, prefix, SIZE_MAX), false);
	while (result == SQLITE_OK && words_next(&w, &word, &joined)) {
		memcpy(whole + prefix, word.at, word.len);
		result = token(context, 0, whole, (int)(prefix + word.len), 0, 0);
	}
	return result;
}

static int
tokenize(Fts5Tokenizer *t, void *context, int flags, const char *at, int len, token_fn *token)
{
	struct str text = str_of(at, (size_t)len);

	(void)t;
	if (flags & FTS5_TOKENIZE_QUERY)
		return tokenize_question(context, text, token);
	/* The number of a conversation stands alone. */
	if (str_find(text, ':') == text.len)
		return token(context, 0, at, len, 0, 0);
	return tokenize_text(context, text, token);
}

static fts5_api *
find_api(sqlite3 *db)
{
	fts5_api *api = NULL;
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL) == SQLITE_OK) {
		sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
		sqlite3_step(st);
	}
	sqlite3_finalize(st);
	return api;
}

int
tokenizer_register(sqlite3 *db)
{
	static fts5_tokenizer calls = { create, delete, tokenize };
	static char nothing;
	fts5_api *api = find_api(db);

	if (!api)
		return SQLITE_ERROR;
	return api->xCreateTokenizer(api, "jaseur", &nothing, &calls, NULL);
}

struct str
tokenizer_text(struct arena *a, int64_t archive, struct str text)
{
	return str_format(a, "%lld:%.*s", (long long)archive, STR_ARG(text));
}

/* "1:w1 1:w2" or "1:w1 1:w2" *: words hold neither quotes nor spaces. */
static struct str
phrase_text(struct arena *a, int64_t archive, const struct words_phrase *p)
{
	struct str text = S("");

	for (size_t i = 0; i < p->n; i++)
		text = str_format(a, "%.*s%s%lld:%.*s", STR_ARG(text), i ? " " : "",
		    (long long)archive, STR_ARG(p->word[i]));
	return str_format(a, "\"%.*s\"%s", STR_ARG(text), p->prefix ? " *" : "");
}

struct str
tokenizer_question(struct arena *a, int64_t archive, int64_t talk, const struct words_query *q)
{
	struct str text = S("");

	for (size_t i = 0; i < q->n; i++) {
		struct str phrase = phrase_text(a, archive, &q->phrase[i]);

		text = str_format(
		    a, "%.*s%sbody : %.*s", STR_ARG(text), i ? " AND " : "", STR_ARG(phrase));
	}
	return talk ? str_format(a, "%.*s AND talk : \"%lld\"", STR_ARG(text), (long long)talk)
		    : text;
}
