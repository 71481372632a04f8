/* SPDX-License-Identifier: MIT */
#include "storage/batch.h"

#include "base/limits.h"
#include "storage/archive.h"

/* An operation as it lies in the block: the strings follow without separators. */
struct encoded {
	uint64_t id, origin, tag;
	uint32_t value_len;
	uint16_t owner_len, item_len;
	uint8_t word_len;
	uint8_t code;
};

_Static_assert((int)STORE_OWNER_MAX <= UINT16_MAX && (int)STORE_ITEM_MAX <= UINT16_MAX &&
		   (int)STORE_KIND_MAX <= UINT8_MAX && STORE_VALUE_MAX <= UINT32_MAX,
    "every length fits its field");
_Static_assert(sizeof(struct store_batch) <= 1024, "a small batch stays a small allocation");

/* --- life ----------------------------------------------------------------------------- */

struct store_batch *
store_batch_new(struct store *s)
{
	struct store_batch *b = mem_alloc(sizeof(*b));

	b->request = (struct request){ .what = REQUEST_BATCH, .store = s };
	b->done = NULL;
	b->waiter = NULL;
	b->status = OK;
	b->firm = false;
	b->len = 0;
	b->room = sizeof(b->first);
	b->ops = b->first;
	return b;
}

void
store_batch_free(struct store_batch **batch)
{
	struct store_batch *b = TAKE(*batch);

	if (!b)
		return;
	if (b->ops != b->first)
		free(b->ops);
	free(b);
}

bool
store_batch_is_empty(const struct store_batch *b)
{
	return b->len == 0 && b->status == OK;
}

void
batch_answer(struct store_batch *b)
{
	if (b->done)
		b->done(b->waiter, b->status);
	store_batch_free(&b);
}

/* --- encoding ------------------------------------------------------------------------- */

/* Room for `bytes` more; NULL when the batch may not grow that far. */
static char *
reserve(struct store_batch *b, size_t bytes)
{
	if (bytes > STORE_BATCH_MAX - b->len)
		return NULL;
	if (bytes > b->room - b->len) {
		size_t room = 2 * b->room;

		while (room - b->len < bytes)
			room *= 2;
		if (b->ops == b->first) {
			b->ops = mem_alloc(room);
			memcpy(b->ops, b->first, b->len);
		} else {
			b->ops = mem_resize(b->ops, room);
		}
		b->room = room;
	}
	return b->ops + b->len;
}

static char *
put(char *at, struct str s)
{
	if (s.len)
		memcpy(at, s.at, s.len);
	return at + s.len;
}

/* Once an operation did not fit, the batch as a whole can only fail. */
static void
add(struct store_batch *b, const struct op *op)
{
	struct encoded head = {
		.id = op->id,
		.origin = op->origin,
		.tag = op->tag,
		.value_len = (uint32_t)op->value.len,
		.owner_len = (uint16_t)op->owner.len,
		.item_len = (uint16_t)op->item.len,
		.word_len = (uint8_t)op->word.len,
		.code = (uint8_t)op->code,
	};
	char *at;

	if (b->status != OK)
		return;
	if (op->owner.len > STORE_OWNER_MAX || op->word.len > STORE_KIND_MAX ||
	    op->item.len > STORE_ITEM_MAX || op->value.len > STORE_VALUE_MAX ||
	    !(at = reserve(b, sizeof(head) + op->owner.len + op->word.len + op->item.len +
				  op->value.len))) {
		b->status = E_LIMIT;
		return;
	}
	at = put(at, str_of((const char *)&head, sizeof(head)));
	at = put(at, op->owner);
	at = put(at, op->word);
	at = put(at, op->item);
	at = put(at, op->value);
	b->len = (size_t)(at - b->ops);
}

static struct str
take(const char **at, size_t len)
{
	struct str s = str_of(*at, len);

	*at += len;
	return s;
}

bool
batch_next(const struct store_batch *b, size_t *offset, struct op *op)
{
	const char *at = b->ops + *offset;
	struct encoded head;

	if (*offset == b->len)
		return false;
	memcpy(&head, take(&at, sizeof(head)).at, sizeof(head));
	op->code = (enum op_code)head.code;
	op->id = head.id;
	op->origin = head.origin;
	op->tag = head.tag;
	op->owner = take(&at, head.owner_len);
	op->word = take(&at, head.word_len);
	op->item = take(&at, head.item_len);
	op->value = take(&at, head.value_len);
	*offset = (size_t)(at - b->ops);
	return true;
}

/* --- operations ----------------------------------------------------------------------- */

void
store_put(
    struct store_batch *b, struct str owner, struct str kind, struct str item, struct str value)
{
	add(b, &(struct op){ OP_PUT, owner, kind, item, value });
}

void
store_create(
    struct store_batch *b, struct str owner, struct str kind, struct str item, struct str value)
{
	add(b, &(struct op){ OP_CREATE, owner, kind, item, value });
}

void
store_remove(struct store_batch *b, struct str owner, struct str kind, struct str item)
{
	add(b, &(struct op){ OP_REMOVE, owner, kind, item });
}

void
store_remove_kind(struct store_batch *b, struct str owner, struct str kind)
{
	add(b, &(struct op){ OP_REMOVE_KIND, owner, kind });
}

void
store_append(
    struct store_batch *b, struct str owner, struct str log, uint64_t id, struct str value)
{
	add(b, &(struct op){ OP_APPEND, owner, log, .value = value, .id = id });
}

void
store_trim(struct store_batch *b, struct str owner, struct str log, uint64_t id)
{
	add(b, &(struct op){ OP_TRIM, owner, log, .id = id });
}

void
store_cut(struct store_batch *b, struct str owner, struct str log, uint64_t id)
{
	add(b, &(struct op){ OP_CUT, owner, log, .id = id });
}

void
store_erase(struct store_batch *b, struct str owner)
{
	add(b, &(struct op){ OP_ERASE, owner });
}

void
store_archive(struct store_batch *b, const struct store_message *m)
{
	add(b, &(struct op){ OP_ARCHIVE, m->owner, .item = m->contact, .value = m->text,
		   .id = m->id, .origin = m->origin, .tag = tag_of(m) });
}

void
store_archive_replace(struct store_batch *b, struct str owner, uint64_t id, struct str text)
{
	add(b, &(struct op){ OP_REPLACE, owner, .value = text, .id = id });
}

void
store_archive_trim(struct store_batch *b, struct str owner, uint64_t id)
{
	add(b, &(struct op){ OP_FORGET, owner, .id = id });
}
