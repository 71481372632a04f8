/* SPDX-License-Identifier: MIT
 *
 * Blobs: kept once, gone with their last holder, and nothing left of what did not come to its
 * end: given up, a failing disk at every call, a failed commit, a killed process. All of it
 * both with blobs so small that they are rows and with such that are files.
 */
#include "opened.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "loop/helper.h"
#include "storage/blob.h"

enum { HELPERS = 3 };

/* --- a store with blobs ----------------------------------------------------------------- */

static const char *
blobs_dir(struct opened *o)
{
	return str_format(&o->a, "%s/blobs", o->dir).at;
}

static void
start(struct opened *o, unsigned workers)
{
	assert_int_equal(workers_init(workers), OK);
	assert_int_equal(helpers_start(HELPERS, 1024), OK);
	loop_drive_as(0);
	o->conf.blobs = str_from_c(blobs_dir(o));
	opened_open(o);
}

static void
finish(struct opened *o)
{
	loop_drive();
	helpers_stop();
	store_close(&o->s);
	loop_drive();
	loop_drive_end();
	workers_fini();
}

static bool in_files; /* what some() makes */

static int
begin(void **state, const char *backend, bool files)
{
	in_files = files;
	*state = opened_prepare(str_from_c(backend));
	start(*state, 2);
	return 0;
}

static int
memory_rows(void **state)
{
	return begin(state, "memory", false);
}

static int
memory_files(void **state)
{
	return begin(state, "memory", true);
}

static int
sqlite_rows(void **state)
{
	return begin(state, "sqlite", false);
}

static int
sqlite_files(void **state)
{
	return begin(state, "sqlite", true);
}

/* For those that open stores themselves. */
static int
rows(void **state)
{
	(void)state;
	in_files = false;
	return 0;
}

static int
files(void **state)
{
	(void)state;
	in_files = true;
	return 0;
}

static int
end(void **state)
{
	struct opened *o = *state;

	finish(o);
	opened_remove_dir(o->dir);
	arena_fini(&o->a);
	free(o);
	return 0;
}

/* --- what is there ---------------------------------------------------------------------- */

static size_t n_blobs, n_incoming;

static int
count_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)st;
	(void)place;
	if (type != FTW_F)
		return 0;
	if (strstr(path, "/incoming/"))
		n_incoming++;
	else
		n_blobs++;
	return 0;
}

static void
look_at_files(const char *dir)
{
	n_blobs = n_incoming = 0;
	nftw(dir, count_one, 8, FTW_PHYS);
}

static size_t
count_rows(struct opened *o, const char *kind)
{
	struct store_query q = { STORE_KINDS, S(""), { str_from_c(kind) }, 1 };
	struct store_rows *found = store_read_wait(o->s, &q);
	size_t n = found->n;

	assert_int_equal(found->status, OK);
	store_rows_free(&found);
	return n;
}

static void
look(struct opened *o)
{
	look_at_files(blobs_dir(o));
	n_blobs += count_rows(o, "blob-bytes");
}

static void
assert_blobs(struct opened *o, size_t n)
{
	loop_drive();
	look(o);
	assert_int_equal(n_blobs, n);
	assert_int_equal(n_incoming, 0);
}

/* Until nothing is under way: the last jobs are nobody's who could be asked. */
static void
await_blobs(struct opened *o, size_t n)
{
	do {
		loop_drive();
		look(o);
	} while (n_blobs != n || n_incoming != 0);
}

/* --- bytes ------------------------------------------------------------------------------ */

/* Bytes that are a row, or a file. */
static struct str
some(struct opened *o, const char *text)
{
	size_t len = in_files ? BLOB_ROW_MAX + 1 : strlen(text);
	char *at = arena_zalloc(&o->a, len);

	memcpy(at, text, strlen(text));
	return str_of(at, len);
}

static struct str
large(struct opened *o)
{
	size_t len = 1000003;
	char *at = arena_alloc(&o->a, len);

	for (size_t i = 0; i < len; i++)
		at[i] = (char)(i * i / 7);
	return str_of(at, len);
}

/* --- writing ---------------------------------------------------------------------------- */

struct upload {
	struct blob_writer *w;
	struct blob_hash hash;
	bool has_room, over; /* over: hashed, or failed */
	enum status status;
	bool kept;
};

static void
on_room(void *waiter)
{
	((struct upload *)waiter)->has_room = true;
}

static void
on_hashed(void *waiter, const struct blob_hash *hash)
{
	struct upload *u = waiter;

	u->hash = *hash;
	u->over = true;
}

static void
on_failed(void *waiter, enum status s)
{
	struct upload *u = waiter;

	u->status = s;
	u->over = u->has_room = true;
}

static const struct blob_calls calls = { on_room, on_hashed, on_failed };

static void
on_kept(void *waiter, enum status s)
{
	struct upload *u = waiter;

	u->status = s;
	u->kept = true;
}

/* Bytes until they are hashed or something failed. */
static enum status
send_bytes(struct opened *o, struct upload *u, struct str bytes)
{
	*u = (struct upload){ 0 };
	u->w = blob_begin(o->s, &calls, u);
	while (bytes.len > 0 && u->status == OK) {
		struct str piece = str_slice(bytes, 0, 17000);

		bytes = str_slice(bytes, piece.len, SIZE_MAX);
		u->has_room = false;
		if (!blob_write(u->w, piece))
			loop_drive_until(&u->has_room);
	}
	if (u->status == OK)
		blob_end(u->w);
	loop_drive_until(&u->over);
	return u->status;
}

static enum status
keep(struct opened *o, struct upload *u, const char *holder)
{
	struct store_batch *b = store_batch_new(o->s);

	store_put(b, S("host"), S("upload"), str_from_c(holder), S("x"));
	blob_keep(&u->w, &b, str_from_c(holder), on_kept, u);
	loop_drive_until(&u->kept);
	return u->status;
}

static enum status
send_and_keep(struct opened *o, struct upload *u, struct str bytes, const char *holder)
{
	if (send_bytes(o, u, bytes) == OK)
		return keep(o, u, holder);
	blob_abandon(&u->w);
	return u->status;
}

struct dropping {
	bool done;
	enum status status;
};

static void
on_dropped(void *waiter, enum status s)
{
	struct dropping *d = waiter;

	d->done = true;
	d->status = s;
}

static enum status
drop_only(struct opened *o, const struct blob_hash *hash, const char *holder)
{
	struct store_batch *b = store_batch_new(o->s);
	struct dropping d = { 0 };

	store_remove(b, S("host"), S("upload"), str_from_c(holder));
	blob_drop(b, hash, str_from_c(holder));
	store_commit(&b, on_dropped, &d);
	loop_drive_until(&d.done);
	return d.status;
}

static void
drop(struct opened *o, const struct blob_hash *hash, const char *holder)
{
	assert_int_equal(drop_only(o, hash, holder), OK);
	blobs_tidy(o->s);
}

/* --- reading ---------------------------------------------------------------------------- */

struct opened_blob {
	bool done;
	enum status status;
	struct blob_content content; /* bytes: ours */
};

static void
on_opened(void *waiter, enum status s, const struct blob_content *content)
{
	struct opened_blob *b = waiter;
	struct str bytes = content->bytes;
	char *copy = malloc(bytes.len + 1);

	*b = (struct opened_blob){ true, s, *content };
	if (bytes.len > 0)
		memcpy(copy, bytes.at, bytes.len);
	b->content.bytes.at = copy;
}

static struct opened_blob
open_blob(struct opened *o, const struct blob_hash *hash, uint64_t size)
{
	struct opened_blob b = { 0 };

	blob_open(o->s, hash, size, on_opened, &b);
	loop_drive_until(&b.done);
	return b;
}

static void
close_blob(struct opened_blob *b)
{
	if (b->content.fd >= 0)
		close(b->content.fd);
	free((char *)(uintptr_t)b->content.bytes.at);
}

static void
assert_content(struct opened *o, const struct blob_hash *hash, struct str content)
{
	struct opened_blob b = open_blob(o, hash, content.len);
	char *at = malloc(content.len + 1);

	assert_int_equal(b.status, OK);
	assert_int_equal(b.content.size, content.len);
	if (b.content.fd >= 0) {
		assert_int_equal(read(b.content.fd, at, content.len + 1), (ssize_t)content.len);
		assert_memory_equal(at, content.at, content.len);
	} else {
		assert_int_equal(b.content.bytes.len, content.len);
		assert_memory_equal(b.content.bytes.at, content.at, content.len);
	}
	assert_int_equal(b.content.fd >= 0, content.len > BLOB_ROW_MAX);
	free(at);
	close_blob(&b);
}

static void
assert_missing(struct opened *o, const struct blob_hash *hash, uint64_t size)
{
	struct opened_blob b = open_blob(o, hash, size);

	assert_int_equal(b.status, E_NOT_FOUND);
	close_blob(&b);
}

/* --- what is expected ------------------------------------------------------------------- */

static void
bytes_are_read_back_under_their_hash(void **state)
{
	struct opened *o = *state;
	struct str most = large(o);
	struct str all[] = { S(""), S("tzirrr"), str_slice(most, 0, BLOB_ROW_MAX),
		str_slice(most, 0, BLOB_ROW_MAX + 1), most };
	char hash[HASH_MAX];
	struct upload u;

	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(send_and_keep(o, &u, all[i], "a"), OK);
		hash_of(HASH_SHA256, all[i], hash);
		assert_memory_equal(u.hash.bytes, hash, BLOB_HASH_BYTES);
		assert_content(o, &u.hash, all[i]);
	}
	await_blobs(o, 5);
}

static void
the_same_bytes_are_one_blob_that_goes_with_its_last_holder(void **state)
{
	struct opened *o = *state;
	struct upload a, b;

	assert_int_equal(send_and_keep(o, &a, some(o, "same"), "a"), OK);
	assert_int_equal(send_and_keep(o, &b, some(o, "same"), "b"), OK);
	await_blobs(o, 1);
	drop(o, &a.hash, "a");
	await_blobs(o, 1);
	assert_content(o, &a.hash, some(o, "same"));
	drop(o, &a.hash, "b");
	await_blobs(o, 0);
	assert_missing(o, &a.hash, some(o, "same").len);
	assert_str(show_kind(o, "", "blob"), "");
	/* and it may come again */
	assert_int_equal(send_and_keep(o, &a, some(o, "same"), "c"), OK);
	assert_content(o, &a.hash, some(o, "same"));
	await_blobs(o, 1);
}

static void
rows_that_said_what_was_let_go_are_removed(void **state)
{
	struct opened *o = *state;
	char holder[16], bytes[16];
	struct upload u;

	/* More than are looked at in one go. */
	for (int i = 0; i < BLOB_TIDY_ROWS + 20; i++) {
		snprintf(holder, sizeof(holder), "h%d", i);
		snprintf(bytes, sizeof(bytes), "bytes %d", i);
		assert_int_equal(send_and_keep(o, &u, some(o, bytes), holder), OK);
		assert_int_equal(drop_only(o, &u.hash, holder), OK);
	}
	blobs_tidy(o->s);
	blobs_tidy(o->s);
	await_blobs(o, 0);
	while (count_rows(o, "blob-loose") > 0)
		loop_drive();
}

static void
what_is_given_up_leaves_nothing_at_any_moment(void **state)
{
	struct opened *o = *state;
	struct upload u = { 0 };

	u.w = blob_begin(o->s, &calls, &u);
	blob_abandon(&u.w);
	u.w = blob_begin(o->s, &calls, &u);
	blob_write(u.w, S("some of it"));
	blob_abandon(&u.w); /* nothing is written yet */
	u.w = blob_begin(o->s, &calls, &u);
	for (size_t i = 0; i < BLOB_GATHERED_MAX; i += BLOB_ROW_MAX)
		blob_write(u.w, str_slice(large(o), i, BLOB_ROW_MAX));
	blob_abandon(&u.w); /* a job is under way */
	u.w = blob_begin(o->s, &calls, &u);
	blob_write(u.w, some(o, "all of it"));
	blob_end(u.w);
	blob_abandon(&u.w);
	assert_int_equal(send_bytes(o, &u, some(o, "all of it")), OK);
	blob_abandon(&u.w);
	assert_int_equal(send_bytes(o, &u, large(o)), OK);
	blob_abandon(&u.w); /* it is in place */
	await_blobs(o, 0);
}

static void
giving_up_does_not_take_what_others_keep(void **state)
{
	struct opened *o = *state;
	struct upload a, b;

	assert_int_equal(send_and_keep(o, &a, some(o, "same"), "a"), OK);
	assert_int_equal(send_bytes(o, &b, some(o, "same")), OK);
	blob_abandon(&b.w);
	await_blobs(o, 1);
	assert_content(o, &a.hash, some(o, "same"));
}

static void
who_reads_may_finish_when_the_blob_goes(void **state)
{
	struct opened *o = *state;
	struct str going = some(o, "going");
	struct opened_blob b;
	struct upload u;
	char at[8];

	assert_int_equal(send_and_keep(o, &u, going, "a"), OK);
	b = open_blob(o, &u.hash, going.len);
	drop(o, &u.hash, "a");
	await_blobs(o, 0);
	assert_int_equal(read(b.content.fd, at, sizeof(at)), sizeof(at));
	close_blob(&b);
}

/* --- failures --------------------------------------------------------------------------- */

static void
every_failing_call_on_a_file_is_told_and_leaves_nothing(void **state)
{
	struct opened *o = *state;
	struct str bytes = large(o);
	unsigned n = 1;
	struct upload u;

	for (bool armed = false; !armed; n++) {
		store_fail(o->s, FAULT_FILE, n, n % 2 ? E_FULL : E_IO);
		if (send_and_keep(o, &u, bytes, "a") != OK) {
			assert_int_equal(u.status, n % 2 ? E_FULL : E_IO);
			await_blobs(o, 0);
			assert_str(show_kind(o, "", "blob"), "");
		}
		armed = store_fault_is_armed(o->s, FAULT_FILE);
		store_fail(o->s, FAULT_FILE, 0, OK);
		if (u.status == OK) {
			assert_content(o, &u.hash, bytes);
			drop(o, &u.hash, "a");
			await_blobs(o, 0);
		}
	}
	assert_true(n > 5);
}

static void
a_failed_commit_leaves_nothing_but_what_others_keep(void **state)
{
	struct opened *o = *state;
	struct str bytes = some(o, "bytes");
	struct upload u;

	for (enum store_fault fault = FAULT_WRITE; fault <= FAULT_COMMIT; fault++) {
		assert_int_equal(send_bytes(o, &u, bytes), OK);
		store_fail(o->s, fault, 1, E_FULL);
		assert_int_equal(keep(o, &u, "a"), E_FULL);
		await_blobs(o, 0);
		assert_str(show_kind(o, "host", "upload"), "");
	}
	assert_int_equal(send_and_keep(o, &u, bytes, "a"), OK);
	assert_int_equal(send_bytes(o, &u, bytes), OK);
	store_fail(o->s, FAULT_WRITE, 1, E_FULL);
	assert_int_equal(keep(o, &u, "b"), E_FULL);
	await_blobs(o, 1);
	assert_content(o, &u.hash, bytes);
}

/* What cannot be removed now is removed at the next occasion. */
static void
a_failed_removal_is_made_up_for(void **state)
{
	struct opened *o = *state;
	struct upload u, v;

	assert_int_equal(send_and_keep(o, &u, some(o, "one"), "a"), OK);
	assert_int_equal(send_and_keep(o, &v, some(o, "two"), "b"), OK);
	await_blobs(o, 2);
	assert_int_equal(drop_only(o, &u.hash, "a"), OK);
	store_fail(o->s, FAULT_FILE, 1, E_IO);
	blobs_tidy(o->s);
	while (store_fault_is_armed(o->s, FAULT_FILE))
		loop_drive();
	drop(o, &v.hash, "b");
	await_blobs(o, 0);
}

static void
a_full_disk_is_told_and_leaves_nothing(void **state)
{
	struct opened *o = *state;
	struct rlimit was, small;
	struct upload u;
	enum status s;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	signal(SIGXFSZ, SIG_IGN);
	small = (struct rlimit){ 300000, was.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	s = send_and_keep(o, &u, large(o), "a");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(s, E_FULL);
	await_blobs(o, 0);
	assert_int_equal(send_and_keep(o, &u, large(o), "a"), OK);
	await_blobs(o, 1);
}

/* --- races ------------------------------------------------------------------------------ */

enum { RACERS = 8, ROUNDS = 400, CONTENTS = 2 };

/* Each keeps and lets go of one of few contents, as often as it can; they are not in step. */
struct racer {
	struct upload u;
	struct opened *o;
	char holder[16];
	struct str content;
	unsigned round;
	bool over;
};

static void racer_next(struct racer *r);

static void
racer_dropped(void *waiter, enum status s)
{
	struct racer *r = waiter;

	assert_int_equal(s, OK);
	blobs_tidy(r->o->s);
	racer_next(r);
}

static void
racer_opened(void *waiter, enum status s, const struct blob_content *content)
{
	struct racer *r = waiter;
	struct store_batch *b = store_batch_new(r->o->s);

	assert_int_equal(s, OK); /* somebody keeps it: we do */
	assert_int_equal(content->size, r->content.len);
	if (content->fd >= 0)
		close(content->fd);
	blob_drop(b, &r->u.hash, str_from_c(r->holder));
	store_commit(&b, racer_dropped, r);
}

static void
racer_kept(void *waiter, enum status s)
{
	struct racer *r = waiter;

	assert_int_equal(s, OK);
	blob_open(r->o->s, &r->u.hash, r->content.len, racer_opened, r);
}

static void
racer_hashed(void *waiter, const struct blob_hash *hash)
{
	struct racer *r = waiter;
	struct store_batch *b = store_batch_new(r->o->s);

	r->u.hash = *hash;
	if (r->round % 5 == 0) {
		store_batch_free(&b);
		blob_abandon(&r->u.w);
		racer_next(r);
		return;
	}
	blob_keep(&r->u.w, &b, str_from_c(r->holder), racer_kept, r);
}

static const struct blob_calls racer_calls = { on_room, racer_hashed, on_failed };

static void
racer_next(struct racer *r)
{
	static unsigned turn;

	if (++r->round > ROUNDS) {
		r->over = true;
		return;
	}
	r->content = ++turn % 3 ? some(r->o, "first") : some(r->o, "second one");
	snprintf(r->holder, sizeof(r->holder), "r%u", turn);
	r->u.w = blob_begin(r->o->s, &racer_calls, r);
	blob_write(r->u.w, r->content);
	blob_end(r->u.w);
}

static void
a_blob_that_somebody_keeps_is_never_removed(void **state)
{
	struct racer racers[RACERS] = { 0 };

	for (size_t i = 0; i < RACERS; i++) {
		racers[i].o = *state;
		loop_drive_as(i % 2);
		racer_next(&racers[i]);
	}
	loop_drive_as(0);
	for (size_t i = 0; i < RACERS; i++)
		loop_drive_until(&racers[i].over);
	await_blobs(*state, 0);
}

/* --- kill -9 ---------------------------------------------------------------------------- */

static void
killed_at_failure(void *waiter, enum status s)
{
	(void)waiter;
	(void)s;
	kill(getpid(), SIGKILL);
}

static void
child_hashed(void *waiter, const struct blob_hash *hash)
{
	struct racer *r = waiter;
	struct store_batch *b = store_batch_new(r->o->s);

	r->u.hash = *hash;
	blob_keep(&r->u.w, &b, S("new"), killed_at_failure, r);
}

static const struct blob_calls child_calls = { on_room, child_hashed, killed_at_failure };

/* Keeps "old", then begins with "new" and is killed at the n-th call on a file, or write,
 * after that, or when "new" has just been kept. */
static void
child(struct opened *o, unsigned n)
{
	struct racer r = { .o = o };
	struct upload u;

	start(o, 1);
	if (send_and_keep(o, &u, some(o, "old"), "old") != OK)
		_exit(1);
	await_blobs(o, 1);
	store_fail(o->s, in_files ? FAULT_FILE : FAULT_WRITE, n, E_IO);
	r.u.w = blob_begin(o->s, &child_calls, &r);
	blob_write(r.u.w, some(o, "new"));
	blob_end(r.u.w);
	loop_drive_until(&r.over);
	_exit(1);
}

static void
a_killed_process_leaves_what_is_kept_and_nothing_else(void **state)
{
	(void)state;
	unsigned n = 1;

	for (size_t kept = 1; kept == 1; n++) {
		struct opened *o = opened_prepare(S("sqlite"));
		pid_t pid = fork();
		int how;

		if (pid == 0)
			child(o, n);
		assert_int_equal(waitpid(pid, &how, 0), pid);
		assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
		start(o, 1);
		look(o);
		assert_int_equal(n_incoming, 0);
		kept = n_blobs;
		assert_int_equal(memmem(show_kind(o, "", "blob").at,
				     show_kind(o, "", "blob").len, "/new=", 5) != NULL,
		    kept == 2);
		end(&(void *){ o });
	}
	assert_true(n > (in_files ? 5 : 2));
}

/* Let go of, and killed before anybody could look. */
static void
what_was_let_go_before_a_crash_is_removed_at_the_start(void **state)
{
	(void)state;
	struct opened *o = opened_prepare(S("sqlite"));
	pid_t pid = fork();
	int how;

	if (pid == 0) {
		struct upload a, b;

		start(o, 1);
		if (send_and_keep(o, &a, some(o, "old"), "a") == OK &&
		    send_and_keep(o, &b, some(o, "new"), "b") == OK &&
		    drop_only(o, &a.hash, "a") == OK)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
	look_at_files(blobs_dir(o));
	assert_int_equal(n_blobs, in_files ? 2 : 0);
	start(o, 1);
	assert_blobs(o, 1);
	assert_str(show_kind(o, "", "blob-loose"), "");
	end(&(void *){ o });
}

static void
blobs_in_a_store_in_memory_go_with_it(void **state)
{
	(void)state;
	struct opened *o = opened_prepare(S("memory"));
	struct upload u;

	start(o, 1);
	assert_int_equal(send_and_keep(o, &u, some(o, "old"), "a"), OK);
	await_blobs(o, 1);
	finish(o);
	look_at_files(blobs_dir(o));
	assert_int_equal(n_blobs, 0);
	opened_remove_dir(o->dir);
	arena_fini(&o->a);
	free(o);
}

#define WITH_FILES(test)                                                                       \
	{ #test " (memory, files)", test, memory_files, end, NULL },                           \
	{                                                                                      \
#test " (sqlite, files)", test, sqlite_files, end, NULL                        \
	}

#define WITH_ALL(test)                                                                         \
	{ #test " (memory, rows)", test, memory_rows, end, NULL },                             \
	    { #test " (sqlite, rows)", test, sqlite_rows, end, NULL }, WITH_FILES(test)

#define ALONE(test)                                                                            \
	{ #test " (rows)", test, rows, NULL, NULL },                                           \
	{                                                                                      \
#test " (files)", test, files, NULL, NULL                                      \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* First: they fork. */
		ALONE(a_killed_process_leaves_what_is_kept_and_nothing_else),
		ALONE(what_was_let_go_before_a_crash_is_removed_at_the_start),
		ALONE(blobs_in_a_store_in_memory_go_with_it),
		WITH_ALL(bytes_are_read_back_under_their_hash),
		WITH_ALL(the_same_bytes_are_one_blob_that_goes_with_its_last_holder),
		WITH_ALL(rows_that_said_what_was_let_go_are_removed),
		WITH_ALL(what_is_given_up_leaves_nothing_at_any_moment),
		WITH_ALL(giving_up_does_not_take_what_others_keep),
		WITH_FILES(who_reads_may_finish_when_the_blob_goes),
		WITH_FILES(every_failing_call_on_a_file_is_told_and_leaves_nothing),
		WITH_ALL(a_failed_commit_leaves_nothing_but_what_others_keep),
		WITH_FILES(a_failed_removal_is_made_up_for),
		WITH_FILES(a_full_disk_is_told_and_leaves_nothing),
		WITH_ALL(a_blob_that_somebody_keeps_is_never_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
