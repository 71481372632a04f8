/* SPDX-License-Identifier: MIT
 *
 * The parts of mod_archive, and what it offers to other modules.
 */
#ifndef MODULES_ARCHIVE_ARCHIVE_H
#define MODULES_ARCHIVE_ARCHIVE_H

#include "modules/archive/id.h"
#include "modules/archive/prefs.h"
#include "modules/archive/retention.h"
#include "router/module.h"

extern const struct module mod_archive;

struct archive_conf {
	enum archive_default unset;
	struct retention retention; /* of accounts for which nothing else was said */
};

/* State of an account. */
struct archive {
	struct prefs *prefs; /* NULL: the owner never said anything */
	uint32_t retracting; /* messages that are being looked for, to become tombstones */
};

struct archive *archive_of(struct account *a);

enum { ARCHIVE_KEPT, ARCHIVE_REFUSED, ARCHIVE_FORGED, ARCHIVE_RETRACTED, ARCHIVE_QUERIES };

/* --- keep.c --------------------------------------------------------------------------- */

/* REWRITE: ids that claim to be ours are taken out, results that are none refused. */
enum verdict archive_check_sent(struct call *c);
enum verdict archive_check_received(struct call *c);

/* RECORD */
enum verdict archive_keep_sent(struct call *c);
enum verdict archive_keep_received(struct call *c);

/* --- retract.c ------------------------------------------------------------------------ */

/* The message of the call was archived: if it takes another back, that becomes a tombstone
 * (XEP-0424 section 4). */
void archive_retract(struct call *c, struct jid contact, bool outgoing);

/* results.c: no message is being looked for any more; queries have waited for that. */
void archive_ask_again(struct account *a);

/* --- query.c -------------------------------------------------------------------------- */

/* What a client asks for, from its request. */
struct archive_query {
	struct store_query store;
	bool more;           /* of ids that were asked for, behind those of the page */
	bool flip;           /* section 4.3.5 */
	struct str query_id; /* "no string" when the client gave none */
};

/*
 * Strings and ids are the arena's or the request's.
 *
 * ERR_NONE, or what is wrong: bad-request, jid-malformed, item-not-found for an id that is
 * none, feature-not-implemented for a field that is not known
 */
enum stanza_error archive_query_read(
    struct elem e, struct jid owner, struct arena *a, struct archive_query *out);

/* The form of section 4.1.5. */
void archive_form_write(struct xml_writer *w);

/* --- results.c ------------------------------------------------------------------------ */

/* One message as a result (section 4.2), for a session of the owner; `before` is markup that
 * stands before <result/>, or none. */
struct stanza *archive_result(struct arena *a, struct jid owner, struct jid to,
    struct str query_id, const struct store_row *row, struct str before);

/* The rows of an answer that go out. */
struct archive_page {
	const struct archive_query *query;
	const struct store_rows *rows;
	size_t n;
};

struct archive_page archive_page_of(
    const struct archive_query *q, const struct store_rows *rows);

/* In the order in which they are sent; i is below n. */
const struct store_row *archive_page_row(const struct archive_page *p, size_t i);

/* <fin/> (section 4.3). */
void archive_page_end(struct xml_writer *w, struct jid owner, const struct archive_page *p);

/* Answers, later, where the archive begins and ends (section 5). */
void archive_tell_ends(const struct stanza *request, struct jid owner);

enum verdict archive_on_query(struct call *c);
enum verdict archive_on_form(struct call *c);
enum verdict archive_on_metadata(struct call *c);
enum verdict archive_on_sent(struct call *c);

/* State of a session: what it asked, one after the other. */
struct archive_asking {
	struct asked *first;
	uint16_t n;
	enum {
		ASKING_IDLE,
		ASKING_STORE,
		ASKING_LEAVING
	} is; /* the first: its answer leaves */
};

void archive_asking_fini(void *state, struct session *s);

/* --- retention_round.c ---------------------------------------------------------------- */

/* From now on old messages are removed, of all accounts in turn. */
enum status archive_retention_start(void);
void archive_retention_stop(void);

#endif
