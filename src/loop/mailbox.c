/* SPDX-License-Identifier: MIT */
#include "loop/mailbox.h"

#include <errno.h>
#include <stdalign.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "loop/cause.h"
#include "loop/inside.h"

enum { SMALLEST_MAIL = 1024 };

/* What stands before each letter's bytes. Letters begin at multiples of its size, so they are
 * aligned for any type. */
struct head {
	alignas(max_align_t) letter_fn *open;
	uint32_t bytes;
	bool for_cause; /* a struct origin stands in between */
};

/* For whom the letter was posted; most are for nobody in particular. */
struct origin {
	alignas(max_align_t) struct cause *cause;
};

/* Boxes over their high mark, and whatever else is (worker_congest). */
static _Atomic unsigned congested_boxes;

static size_t
bytes_with_head(size_t bytes, bool for_cause)
{
	return sizeof(struct head) + (for_cause ? sizeof(struct origin) : 0) +
	       ((bytes + sizeof(struct head) - 1) & ~(sizeof(struct head) - 1));
}

static void
mail_make_room(struct mail *m, size_t bytes)
{
	size_t room = m->room ? m->room : SMALLEST_MAIL;

	if (bytes <= m->room - m->len)
		return;
	while (room - m->len < bytes)
		room *= 2;
	m->at = mem_resize(m->at, room);
	m->room = room;
}

void
mail_add(struct mail *m, letter_fn *open, const void *letter, size_t bytes)
{
	struct cause *cause = cause_take();
	size_t room = bytes_with_head(bytes, cause != NULL);
	struct head *h;
	char *at;

	assert(bytes <= LETTER_MAX);
	mail_make_room(m, room);
	h = (struct head *)(void *)(m->at + m->len);
	*h = (struct head){ .open = open, .bytes = (uint32_t)bytes, .for_cause = cause };
	at = (char *)(h + 1);
	if (cause) {
		*(struct origin *)(void *)at = (struct origin){ cause };
		at += sizeof(struct origin);
	}
	if (bytes)
		memcpy(at, letter, bytes);
	m->len += room;
	m->letters++;
}

size_t
mail_open_at(const struct mail *m, size_t from)
{
	const struct head *h = (const struct head *)(const void *)(m->at + from);
	size_t next = from + bytes_with_head(h->bytes, h->for_cause);
	const char *at = (const char *)(h + 1);
	struct cause *cause;

	assert(next <= m->len);
	if (!h->for_cause) {
		h->open(at);
		return next;
	}
	cause = ((const struct origin *)(const void *)at)->cause;
	cause_swap(cause);
	h->open(at + sizeof(struct origin));
	cause_swap(NULL);
	cause_drop(&cause);
	return next;
}

void
mail_fini(struct mail *m)
{
	free(m->at);
	*m = (struct mail){ 0 };
}

void
mail_clear(struct mail *m)
{
	if (m->room > MAIL_KEPT_BYTES)
		mail_fini(m);
	m->len = m->letters = 0;
}

static void
mail_swap(struct mail *a, struct mail *b)
{
	struct mail was = *a;

	*a = *b;
	*b = was;
}

enum status
mailbox_init(struct mailbox *b)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	if (fd < 0)
		return errno == EMFILE || errno == ENFILE ? E_LIMIT : E_IO;
	*b = (struct mailbox){ .wake_fd = fd };
	pthread_mutex_init(&b->lock, NULL);
	return OK;
}

void
mailbox_fini(struct mailbox *b)
{
	if (b->congested)
		atomic_fetch_sub(&congested_boxes, 1);
	mail_fini(&b->mail);
	pthread_mutex_destroy(&b->lock);
	close(b->wake_fd);
}

static void
ring(struct mailbox *b)
{
	const uint64_t one = 1;
	ssize_t n = write(b->wake_fd, &one, sizeof(one));

	assert(n == sizeof(one));
}

/* Counts what was added and unlocks the box. */
static void
arrived(struct mailbox *b, size_t letters)
{
	size_t waiting = atomic_load_explicit(&b->waiting, memory_order_relaxed) + letters;
	bool was_asleep = b->sleeping;

	atomic_store_explicit(&b->waiting, waiting, memory_order_relaxed);
	if (waiting > MAILBOX_HIGH_LETTERS && !b->congested) {
		b->congested = true;
		atomic_fetch_add(&congested_boxes, 1);
	}
	b->sleeping = false;
	pthread_mutex_unlock(&b->lock);
	if (was_asleep)
		ring(b);
}

void
mailbox_put(struct mailbox *b, struct mail *m)
{
	size_t letters = m->letters;

	pthread_mutex_lock(&b->lock);
	if (b->mail.len == 0) {
		mail_swap(&b->mail, m);
	} else {
		mail_make_room(&b->mail, m->len);
		memcpy(b->mail.at + b->mail.len, m->at, m->len);
		b->mail.len += m->len;
		b->mail.letters += letters;
	}
	arrived(b, letters);
	mail_clear(m);
}

void
mailbox_put_one(struct mailbox *b, letter_fn *open, const void *letter, size_t bytes)
{
	pthread_mutex_lock(&b->lock);
	mail_add(&b->mail, open, letter, bytes);
	b->from_outside++;
	arrived(b, 1);
}

void
mailbox_take(struct mailbox *b, struct mail *m)
{
	assert(m->len == 0);
	pthread_mutex_lock(&b->lock);
	b->sleeping = false;
	mail_swap(&b->mail, m);
	pthread_mutex_unlock(&b->lock);
}

void
mailbox_opened(struct mailbox *b, size_t letters)
{
	size_t waiting;
	bool passed;

	pthread_mutex_lock(&b->lock);
	waiting = atomic_load_explicit(&b->waiting, memory_order_relaxed) - letters;
	atomic_store_explicit(&b->waiting, waiting, memory_order_relaxed);
	passed = b->congested && waiting <= MAILBOX_LOW_LETTERS;
	if (passed)
		b->congested = false;
	pthread_mutex_unlock(&b->lock);

	/* Counted down before the others are woken: one that falls asleep at this moment either
	 * is seen asleep here, or sees there that the congestion is over (worker_rest). */
	if (passed)
		worker_relieve();
}

void
worker_congest(void)
{
	atomic_fetch_add(&congested_boxes, 1);
}

void
worker_relieve(void)
{
	if (atomic_fetch_sub(&congested_boxes, 1) == 1)
		workers_wake_all();
}

bool
mailbox_sleep(struct mailbox *b)
{
	bool may;

	pthread_mutex_lock(&b->lock);
	may = b->sleeping = b->mail.len == 0;
	pthread_mutex_unlock(&b->lock);
	return may;
}

void
mailbox_wake(struct mailbox *b)
{
	bool was_asleep;

	pthread_mutex_lock(&b->lock);
	was_asleep = b->sleeping;
	b->sleeping = false;
	pthread_mutex_unlock(&b->lock);
	if (was_asleep)
		ring(b);
}

bool
mailboxes_are_congested(void)
{
	return atomic_load_explicit(&congested_boxes, memory_order_relaxed) > 0;
}
