/* SPDX-License-Identifier: MIT
 *
 * For the tests of archives: short ways to put messages in and to ask for them.
 */
#ifndef TESTS_STORAGE_LETTERS_H
#define TESTS_STORAGE_LETTERS_H

#include "opened.h"
#include "xml/writer.h"

/* The stanza as the archive keeps it; the name is "mID". */
static inline struct str
letter_text(struct opened *o, const char *from, const char *to, uint64_t id, const char *body)
{
	struct str said = xml_escape(&o->a, str_from_c(body));

	return str_format(&o->a,
	    "<message to='%s' from='%s' type='chat' id='m%llu'><body>%.*s</body></message>", to,
	    from, (unsigned long long)id, STR_ARG(said));
}

static inline void
letter_put(struct opened *o, struct store_batch *b, const char *owner, const char *contact,
    uint64_t id, bool outgoing, uint64_t origin, const char *body)
{
	char name[24];

	snprintf(name, sizeof(name), "m%llu", (unsigned long long)id);
	store_archive(b, &(struct store_message){
			     .owner = str_from_c(owner),
			     .contact = str_from_c(contact),
			     .id = id,
			     .name = str_from_c(name),
			     .outgoing = outgoing,
			     .counts = true,
			     .origin = origin,
			     .text = outgoing ? letter_text(o, owner, contact, id, body)
					      : letter_text(o, contact, owner, id, body),
			 });
}

static inline enum status
letter_in(
    struct opened *o, const char *owner, const char *contact, uint64_t id, const char *body)
{
	struct store_batch *b = store_batch_new(o->s);

	letter_put(o, b, owner, contact, id, false, 0, body);
	return store_commit_wait(&b);
}

static inline enum status
letter_out(
    struct opened *o, const char *owner, const char *contact, uint64_t id, const char *body)
{
	struct store_batch *b = store_batch_new(o->s);

	letter_put(o, b, owner, contact, id, true, 0, body);
	return store_commit_wait(&b);
}

/* What is between <body> and its end. */
static inline struct str
body_of(struct str text)
{
	const char *at = memmem(text.at, text.len, "<body>", 6);
	const char *end =
	    at ? memmem(at, (size_t)(text.at + text.len - at), "</body>", 7) : NULL;

	return end ? str_of(at + 6, (size_t)(end - at - 6)) : S("-");
}

/* "id=body id=body 2+1/5": the rows, then the place of the first, whether there are more ("+1"
 * is left out when not) and how many there are; "?" for what is not known. */
static inline struct str
show_page(struct opened *o, const struct store_query *q)
{
	struct store_rows *rows = store_read_wait(o->s, q);
	struct str text = S("");

	if (rows->status != OK)
		text = str_from_c(status_name(rows->status));
	for (size_t i = 0; rows->status == OK && i < rows->n; i++)
		text = join(o, text,
		    str_format(&o->a, "%llu=%.*s", (unsigned long long)rows->row[i].id,
			STR_ARG(body_of(rows->row[i].value))));
	if (rows->status == OK && q->what == STORE_ARCHIVE) {
		struct str where =
		    rows->count == STORE_UNKNOWN
			? str_format(&o->a, "?%s", rows->more ? "+" : "")
			: str_format(&o->a, "%llu%s/%llu", (unsigned long long)rows->index,
			      rows->more ? "+" : "", (unsigned long long)rows->count);

		text = join(o, text, where);
	}
	store_rows_free(&rows);
	return text;
}

#endif
