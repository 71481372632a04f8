/* SPDX-License-Identifier: MIT
 *
 * What is particular to the back end in SQLite: what remains after a stop or a crash, whose
 * files they are, older versions, and what is done when nobody waits.
 */
#include "opened_sqlite.h"

#include <signal.h>
#include <sys/wait.h>

#include "storage/sqlite/schema.h"

/* --- what remains --------------------------------------------------------------------- */

static void
everything_is_there_after_a_restart(void **state)
{
	struct opened *o = *state;

	struct sqlite_tuning placing = usual;

	/* Some entries with places, some without; some of both removed. */
	placing.round_entries = 1;
	for (uint64_t id = 1; id <= 20; id++) {
		reopen_with(o, id == 10 ? placing : usual);
		assert_int_equal(append(o, "a@h", "l", id, "v"), OK);
	}
	put(o, "a@h", "k", "i", "v");

	struct store_batch *b = store_batch_new(o->s);

	store_cut(b, S("a@h"), S("l"), 5);
	store_cut(b, S("a@h"), S("l"), 15);
	store_trim(b, S("a@h"), S("l"), 3);
	assert_int_equal(store_commit_wait(&b), OK);
	for (int i = 0; i < 3; i++) {
		assert_str(show_log(o, "a@h", "l"),
		    "4=v 6=v 7=v 8=v 9=v 10=v 11=v 12=v 13=v 14=v 16=v 17=v 18=v 19=v 20=v");
		assert_str(show_kind(o, "a@h", "k"), "k/i=v");
		assert_int_equal(append(o, "a@h", "l", 7, "again"), E_EXISTS);
		assert_int_equal(append(o, "a@h", "l", 17, "again"), E_EXISTS);
		reopen(o);
	}
	assert_true(number(o, "SELECT count(*) FROM place") > 0);
	assert_true(
	    number(o, "SELECT count(*) FROM place") < number(o, "SELECT count(*) FROM entry"));
}

static void
operators_can_read_history_in_plain_sql(void **state)
{
	struct opened *o = *state;

	append(o, "a@h", "l", 1700000000000000, "v");
	append(o, "a@h", "m", UINT64_MAX, "v");
	append(o, "b@h", "l", (uint64_t)INT64_MAX + 1, "v");
	assert_int_equal(number(o, "SELECT id FROM history WHERE owner = 'a@h' AND log = 'l'"),
	    1700000000000000);
	assert_int_equal(number(o, "SELECT id = '18446744073709551615' FROM history"
				   " WHERE owner = 'a@h' AND log = 'm'"),
	    1);
	assert_int_equal(
	    number(o, "SELECT id = '9223372036854775808' FROM history WHERE owner = 'b@h'"), 1);
}

/*
 * A process of its own, killed at any moment, tells through a pipe what was acknowledged: for
 * each batch the number that it wrote, two entries and an item. What of it is missing
 * afterwards, or is there in part only?
 */
enum { KILLED_WORKERS = 2, KILLED_WINDOW = 24 };

struct killed {
	struct store *s;
	unsigned worker;
	uint64_t next;
};

struct killed_batch {
	struct killed *by;
	uint64_t n;
};

static void killed_commit(struct killed *k);

static void
killed_on_done(void *waiter, enum status s)
{
	struct killed_batch *b = waiter;
	uint64_t told[2] = { b->by->worker, b->n };

	if (s != OK || write(STDOUT_FILENO, told, sizeof(told)) != sizeof(told))
		_exit(3);
	killed_commit(b->by);
	free(b);
}

static void
killed_commit(struct killed *k)
{
	struct store_batch *b = store_batch_new(k->s);
	struct killed_batch *told = mem_alloc(sizeof(*told));
	char owner[16], item[24], value[400];
	size_t len = 1 + k->next % sizeof(value);

	*told = (struct killed_batch){ k, ++k->next };
	snprintf(owner, sizeof(owner), "%u@h", k->worker);
	snprintf(item, sizeof(item), "%llu", (unsigned long long)told->n);
	memset(value, 'x', sizeof(value));
	store_append(b, str_from_c(owner), S("one"), told->n, str_of(value, len));
	store_put(b, str_from_c(owner), S("k"), str_from_c(item), str_of(value, len));
	store_append(b, str_from_c(owner), S("two"), told->n, str_of(value, len));
	store_commit(&b, killed_on_done, told);
}

static void
killed_on_start(const void *letter)
{
	struct killed *k = *(struct killed *const *)letter;

	for (int i = 0; i < KILLED_WINDOW; i++)
		killed_commit(k);
}

/* Never returns: `first` is the number that both workers begin with. */
static int
killed_main(const char *dir, const char *first)
{
	static struct killed killed[KILLED_WORKERS];
	struct killed *k = killed;
	struct store_conf conf = {
		.backend = S("sqlite"),
		.path = str_from_c(dir),
		.readers = 1,
		.group_max = 64,
	};
	struct arena a;
	struct str reason;
	uint64_t n;

	arena_init(&a, 1024);
	sqlite_tuning = (struct sqlite_tuning){ .round_entries = 100,
		.list_entries = 100,
		.index_messages = 100,
		.checkpoint_pages = 50,
		.quiet_ms = 1000 };
	if (str_to_u64(str_from_c(first), UINT32_MAX, &n) != OK ||
	    store_open(&conf, &a, &reason, &killed[0].s) != OK ||
	    workers_init(KILLED_WORKERS) != OK || workers_start() != OK)
		_exit(2);
	for (unsigned i = 0; i < KILLED_WORKERS; i++, k++) {
		*k = (struct killed){ killed[0].s, i, n };
		worker_post(i, killed_on_start, &k, sizeof(k));
	}
	for (;;)
		pause();
}

static pid_t
start_killed(const char *dir, uint64_t first, int *told)
{
	int ends[2];
	char text[24];
	pid_t child;

	snprintf(text, sizeof(text), "%llu", (unsigned long long)first);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execl("/proc/self/exe", "test", dir, text, (char *)NULL);
		_exit(4);
	}
	close(ends[1]);
	*told = ends[0];
	return child;
}

/* Entry by entry and item by item the same numbers, and all that were told among them. */
static void
check_killed(struct opened *o, unsigned worker, const bool *told, uint64_t n, uint64_t *last)
{
	struct str owner = str_format(&o->a, "%u@h", worker);
	struct store_query q = { STORE_LOG, owner, { S("one") }, 1 };
	struct store_rows *one = store_read_wait(o->s, &q), *two, *items;

	q.kinds[0] = S("two");
	two = store_read_wait(o->s, &q);
	q = (struct store_query){ STORE_KINDS, owner, { S("k") }, 1 };
	items = store_read_wait(o->s, &q);
	assert_int_equal(one->n, two->n);
	assert_int_equal(one->n, items->n);

	size_t found = 0;

	for (uint64_t i = 0; i < n; i++) {
		bool there = found < one->n && one->row[found].id == i;

		if (told[i] && !there)
			fail_msg(
			    "entry %llu was acknowledged and is lost", (unsigned long long)i);
		if (!there)
			continue;
		assert_int_equal(two->row[found].id, i);
		assert_true(str_eq(one->row[found].value, two->row[found].value));
		found++;
	}
	if (one->n > 0 && one->row[one->n - 1].id > *last)
		*last = one->row[one->n - 1].id;
	store_rows_free(&one);
	store_rows_free(&two);
	store_rows_free(&items);
}

static void
what_was_acknowledged_survives_a_kill(void **state)
{
	enum { MOST = 200000 };
	static const unsigned rounds[] = { 1, 40, 333, 1000, 2500, 4000 };
	struct opened *o = *state;
	bool *told[KILLED_WORKERS];
	uint64_t last = 0, tale[2];

	for (unsigned i = 0; i < KILLED_WORKERS; i++)
		told[i] = mem_zalloc(MOST);
	for (size_t round = 0; round < sizeof(rounds) / sizeof(rounds[0]); round++) {
		unsigned n = 0;
		int fd, status;
		pid_t child = start_killed(o->dir, last, &fd);

		/* What had been told before the kill is read after it. */
		while (read(fd, tale, sizeof(tale)) == sizeof(tale)) {
			assert_true(tale[0] < KILLED_WORKERS && tale[1] < MOST);
			told[tale[0]][tale[1]] = true;
			if (++n == rounds[round])
				kill(child, SIGKILL);
		}
		close(fd);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		assert_true(n >= rounds[round]);

		opened_open(o);
		for (unsigned i = 0; i < KILLED_WORKERS; i++)
			check_killed(o, i, told[i], MOST, &last);
		store_close(&o->s);
		assert_int_equal(damages(o), 0);
	}
	for (unsigned i = 0; i < KILLED_WORKERS; i++)
		free(told[i]);
}

/* --- whose file it is ----------------------------------------------------------------- */

static void
files_and_the_directory_are_the_owners_alone(void **state)
{
	static const char *const names[] = { "store.db", "store.db-wal", "store.db-shm",
		"store.lock" };
	struct opened *o = *state;
	struct stat st;

	/* A directory of the store's own making, and a file that others could read. */
	o->conf.path = str_from_c(file_in(o, "inner"));
	opened_open(o);
	store_close(&o->s);
	assert_int_equal(chmod(file_in(o, "inner/store.db"), 0644), 0);
	opened_open(o);
	put(o, "a@h", "k", "i", "v");
	assert_int_equal(stat(file_in(o, "inner"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(
		    stat(str_format(&o->a, "%s/inner/%s", o->dir, names[i]).at, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static void
a_directory_in_use_is_refused_and_says_by_whom(void **state)
{
	struct opened *o = *state;
	struct store *second;
	struct str reason;
	enum status s = store_open(&o->conf, &o->a, &reason, &second);

	assert_int_equal(s, E_AGAIN);
	assert_true(str_ends(
	    reason, str_format(&o->a, "process %ld is using the store", (long)getpid())));
	store_close(&o->s);
	opened_open(o);
}

static void
a_store_of_a_newer_version_is_refused_and_left_alone(void **state)
{
	struct opened *o = *state;
	struct str reason;

	opened_open(o);
	put(o, "a@h", "k", "i", "v");
	store_close(&o->s);
	run_sql(file_in(o, "store.db"), "PRAGMA user_version = 1000");
	assert_int_equal(opened_try(o, &reason), E_UNSUPPORTED);
	assert_true(
	    str_starts(reason, S("the store has version 1000, made by a newer version")));
	assert_int_equal(number(o, "PRAGMA user_version"), 1000);
	assert_int_equal(number(o, "SELECT count(*) FROM item"), 1);
}

static void
another_programs_database_is_refused_and_left_alone(void **state)
{
	struct opened *o = *state;
	struct str reason;

	run_sql(file_in(o, "store.db"), "CREATE TABLE precious (x)");
	assert_int_equal(opened_try(o, &reason), E_INVALID);
	assert_str(reason, "store.db is the database of another program");
	run_sql(file_in(o, "store.db"), "PRAGMA application_id = 7");
	assert_int_equal(opened_try(o, &reason), E_INVALID);
	assert_int_equal(number(o, "SELECT count(*) FROM sqlite_master"), 1);
	assert_int_equal(number(o, "PRAGMA user_version"), 0);
	assert_int_equal(access(file_in(o, "store.db-wal"), F_OK), -1);
}

static void
write_file(const char *path, const char *bytes, size_t n, off_t at)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), n);
	close(fd);
}

static void
what_is_no_database_is_refused_with_a_reason(void **state)
{
	struct opened *o = *state;
	struct str reason;

	write_file(
	    file_in(o, "store.db"), "This is a letter to Juliet, not a database.", 43, 0);
	assert_int_equal(opened_try(o, &reason), E_IO);
	assert_true(reason.len > 0);

	o->conf.path = str_from_c(file_in(o, "store.db")); /* a file, not a directory */
	assert_int_equal(opened_try(o, &reason), E_IO);
	assert_true(reason.len > 0);

	o->conf.path = str_from_c(file_in(o, "no/such/place"));
	assert_int_equal(opened_try(o, &reason), E_IO);
	assert_true(str_starts(reason, S("cannot create the directory")));
}

/* Damage in one table is answered with E_IO; what is whole is served. */
static void
damage_is_reported_and_the_rest_is_served(void **state)
{
	struct opened *o = *state;
	char garbage[4096];
	int64_t page;

	put(o, "a@h", "k", "i", "v");
	append(o, "a@h", "l", 1, "v");
	store_close(&o->s);
	page = number(o, "SELECT rootpage FROM sqlite_master WHERE name = 'item'");
	memset(garbage, 0xa5, sizeof(garbage));
	write_file(file_in(o, "store.db"), garbage, sizeof(garbage), (page - 1) * 4096);

	opened_open(o);
	assert_str(show_kind(o, "a@h", "k"), "io");
	assert_int_equal(put(o, "a@h", "k", "j", "v"), E_IO);
	assert_str(show_log(o, "a@h", "l"), "1=v");
	assert_int_equal(append(o, "a@h", "l", 2, "v"), OK);
	assert_str(show_log(o, "a@h", "l"), "1=v 2=v");
}

/* In a child that may not write, because the tests' own user may be allowed everything. */
static int
try_without_rights(struct opened *o)
{
	struct str reason;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(100);
		_exit(opened_try(o, &reason) == E_DENIED && reason.len > 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
a_directory_without_permission_is_refused(void **state)
{
	struct opened *o = *state;

	assert_int_equal(chmod(o->dir, 0555), 0);
	assert_int_equal(try_without_rights(o), 0);
	assert_int_equal(chmod(o->dir, 0755), 0);

	/* The files are somebody else's. */
	opened_open(o);
	store_close(&o->s);
	assert_int_equal(chmod(file_in(o, "store.lock"), 0400), 0);
	assert_int_equal(try_without_rights(o), 0);
}

/* --- versions ------------------------------------------------------------------------- */

/* What a file of version 1 looked like when it was released: this text never changes. */
static const char version_1[] =
    "CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, host TEXT);"
    "CREATE INDEX owner_at ON owner (host, name) WHERE host IS NOT NULL;"
    "CREATE TABLE shelf (id INTEGER PRIMARY KEY, owner INTEGER, shape INTEGER NOT NULL,"
    "  word TEXT NOT NULL, UNIQUE (owner, shape, word));"
    "CREATE TABLE item (shelf INTEGER NOT NULL, item TEXT NOT NULL, value BLOB NOT NULL,"
    "  PRIMARY KEY (shelf, item)) WITHOUT ROWID;"
    "CREATE TABLE entry (seq INTEGER PRIMARY KEY, shelf INTEGER NOT NULL,"
    "  id INTEGER NOT NULL, value BLOB NOT NULL);"
    "CREATE TABLE place (shelf INTEGER NOT NULL, id INTEGER NOT NULL, seq INTEGER NOT NULL,"
    "  bytes INTEGER NOT NULL, PRIMARY KEY (shelf, id)) WITHOUT ROWID;"
    "CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1),"
    "  placed INTEGER NOT NULL, top INTEGER NOT NULL);"
    "INSERT INTO progress VALUES (1, 1, -9223372036854775807);"
    "INSERT INTO owner VALUES (1, 'a@h', 'h'), (2, 'h', NULL);"
    "INSERT INTO shelf VALUES (1, 1, 0, 'k'), (2, 1, 1, 'l'), (3, 2, 0, 'k');"
    "INSERT INTO item VALUES (1, '', x'76'), (1, 'i', x'77'), (3, '', x'78');"
    /* ids 1 and 2; the second has no place yet */
    "INSERT INTO entry VALUES (1, 2, -9223372036854775807, x'79'),"
    "  (2, 2, -9223372036854775806, x'7a');"
    "INSERT INTO place VALUES (2, -9223372036854775807, 1, 1);"
    "PRAGMA application_id = 1247900530; PRAGMA user_version = 1;";

static void
a_store_of_version_1_is_read(void **state)
{
	struct opened *o = *state;

	run_sql(file_in(o, "store.db"), version_1);
	opened_open(o);
	assert_str(show_kind(o, "a@h", "k"), "k/=v k/i=w");
	assert_str(show_kind(o, "h", "k"), "k/=x");
	assert_str(show_log(o, "a@h", "l"), "1=y 2=z");
	assert_str(
	    show(o, &(struct store_query){ STORE_OWNERS, S("h"), { S("k") }, 1 }), "a@h");
	assert_int_equal(append(o, "a@h", "l", 1, "x"), E_EXISTS);
	assert_int_equal(append(o, "a@h", "l", 3, "x"), OK);
	assert_str(show_log(o, "a@h", "l"), "1=y 2=z 3=x");
	assert_int_equal(number(o, "PRAGMA user_version"), migrations_count);
}

/* The tables of version 1 as steps make them are those that were released. */
static void
step_1_makes_version_1(void **state)
{
	static const char squeezed[] =
	    "SELECT group_concat(replace(sql, ' ', ''), ';') FROM"
	    " (SELECT sql FROM sqlite_master WHERE type IN ('table', 'index')"
	    "  AND sql IS NOT NULL ORDER BY name)";
	struct opened *o = *state;
	struct str text[2];

	for (int i = 0; i < 2; i++) {
		const char *path = file_in(o, i ? "steps.db" : "version_1.db");
		sqlite3 *db;
		sqlite3_stmt *st;

		run_sql(path, i ? migrations[0] : version_1);
		assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
		assert_int_equal(sqlite3_prepare_v2(db, squeezed, -1, &st, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_step(st), SQLITE_ROW);
		text[i] = str_copy(&o->a, column_str(st, 0));
		sqlite3_finalize(st);
		sqlite3_close(db);
	}
	assert_true(str_eq(text[0], text[1]));
}

static enum status
migrate(struct opened *o, const char *const *steps, unsigned n, struct str *reason)
{
	char trouble[TROUBLE_MAX];
	struct db db;
	enum status s;

	*reason = S("");
	if ((s = db_open(&db, file_in(o, "steps.db"), SQL_WRITER, trouble)) == OK &&
	    (s = schema_check(&db, n, &o->a, reason)) == OK)
		s = schema_migrate(&db, steps, n, &o->a, reason);
	db_close(&db);
	return s;
}

static void
each_step_runs_once_and_all_or_none(void **state)
{
	static const char *const steps[] = { "CREATE TABLE t (n)", "INSERT INTO t VALUES (2)",
		"INSERT INTO t VALUES (3); INSERT INTO t SELECT n + 10 FROM t" };
	static const char *const broken[] = { "CREATE TABLE t (n)", "INSERT INTO t VALUES (2)",
		"INSERT INTO t VALUES (4); INSERT INTO nowhere VALUES (5)" };
	struct opened *o = *state;
	struct str reason;
	char trouble[TROUBLE_MAX];
	struct db db;
	int64_t n;

	write_file(file_in(o, "steps.db"), "", 0, 0);
	assert_int_equal(migrate(o, steps, 1, &reason), OK);
	assert_int_equal(migrate(o, steps, 2, &reason), OK);
	assert_int_equal(migrate(o, broken, 3, &reason), E_IO);
	assert_true(str_starts(reason, S("cannot migrate the store: no such table: nowhere")));
	assert_int_equal(migrate(o, steps, 2, &reason), OK);
	assert_int_equal(migrate(o, steps, 3, &reason), OK);
	assert_int_equal(migrate(o, steps, 3, &reason), OK);
	assert_int_equal(migrate(o, steps, 2, &reason), E_UNSUPPORTED);

	assert_int_equal(db_open(&db, file_in(o, "steps.db"), SQL_WRITER, trouble), OK);
	assert_int_equal(db_number(&db, "SELECT sum(n) FROM t", &n), OK);
	assert_int_equal(n, 2 + 3 + 12 + 13);
	db_close(&db);
}

/* --- when nobody waits ---------------------------------------------------------------- */

/* The back end without the store's threads, so that the test decides when it does what. */
static struct backend *
bare_open(struct opened *o)
{
	struct backend *b;
	struct str reason;

	assert_int_equal(backend_sqlite.open(&o->conf, &o->a, &reason, &b), OK);
	return b;
}

static void
bare_commit(struct backend *b, struct store_batch *batch)
{
	assert_int_equal(backend_sqlite.begin(b), OK);
	assert_int_equal(backend_sqlite.apply(b, batch), OK);
	assert_int_equal(backend_sqlite.commit(b), OK);
	store_batch_free(&batch);
}

/* As the writer's thread would, if so much time passed; returns the number of slices. */
static unsigned
bare_rest(struct backend *b, msec_t idle_ms)
{
	unsigned slices = 0;
	msec_t next_ms;

	do {
		assert_int_equal(backend_sqlite.upkeep(b, idle_ms, &next_ms), OK);
		slices++;
	} while (next_ms == 0);
	return slices;
}

static void
bare_fill(struct backend *b, struct str owner, unsigned n)
{
	struct store_batch *batch = store_batch_new(NULL);
	char item[16];

	for (unsigned i = 1; i <= n; i++) {
		snprintf(item, sizeof(item), "%06u", i);
		store_put(batch, owner, S("k"), str_from_c(item), S("v"));
		store_append(batch, owner, S("l"), i, S("v"));
	}
	bare_commit(b, batch);
}

static void
when_it_is_quiet_entries_get_places_and_the_log_is_emptied(void **state)
{
	struct opened *o = *state;
	struct backend *b = bare_open(o);
	struct stat st;

	bare_fill(b, S("a@h"), 3000);
	bare_rest(b, 1);
	assert_int_equal(number(o, "SELECT count(*) FROM place"), 0);
	assert_true(bare_rest(b, sqlite_tuning.quiet_ms) > 3000 / 512);
	assert_int_equal(number(o, "SELECT count(*) FROM place"), 3000);
	assert_int_equal(number(o, "SELECT placed FROM progress"), 3000);
	bare_rest(b, sqlite_tuning.quiet_ms);
	assert_int_equal(stat(file_in(o, "store.db-wal"), &st), 0);
	assert_int_equal(st.st_size, 0);
	backend_sqlite.close(&b);
}

static void
the_log_does_not_grow_without_end(void **state)
{
	struct opened *o = *state;
	struct backend *b;
	struct stat st;
	msec_t next_ms;

	sqlite_tuning.checkpoint_pages = 100;
	b = bare_open(o);
	for (unsigned i = 0; i < 2000; i++) {
		struct store_batch *batch = store_batch_new(NULL);

		store_append(batch, S("a@h"), S("l"), i, S("v"));
		bare_commit(b, batch);
		assert_int_equal(backend_sqlite.upkeep(b, 0, &next_ms), OK);
	}
	assert_int_equal(stat(file_in(o, "store.db-wal"), &st), 0);
	assert_true(st.st_size < 110 * 4200);
	backend_sqlite.close(&b);
}

static void
what_was_erased_is_swept_bit_by_bit_also_after_a_restart(void **state)
{
	struct opened *o = *state;
	struct backend *b = bare_open(o);
	struct store_batch *batch;
	msec_t next_ms;

	bare_fill(b, S("a@h"), 3000);
	bare_rest(b, sqlite_tuning.quiet_ms);
	bare_fill(b, S("b@h"), 1500); /* without places */
	bare_fill(b, S("c@h"), 10);
	batch = store_batch_new(NULL);
	store_erase(batch, S("a@h"));
	store_trim(batch, S("b@h"), S("l"), UINT64_MAX);
	store_remove_kind(batch, S("b@h"), S("k"));
	store_append(batch, S("b@h"), S("l"), 7, S("new"));
	bare_commit(b, batch);
	assert_int_equal(number(o, "SELECT count(*) FROM owner WHERE name = 'a@h'"), 0);
	assert_int_equal(number(o, "SELECT count(*) FROM history"), 11);
	assert_true(number(o, "SELECT count(*) FROM entry") > 3000);

	for (int i = 0; i < 3; i++)
		assert_int_equal(backend_sqlite.upkeep(b, 1, &next_ms), OK);
	assert_int_equal(next_ms, 0);
	backend_sqlite.close(&b);
	b = bare_open(o);
	assert_true(bare_rest(b, 1) > (3000 + 3000 + 1500 + 1500) / 513 - 4);
	assert_int_equal(number(o, "SELECT count(*) FROM entry"), 11);
	assert_int_equal(number(o, "SELECT count(*) FROM place"), 0);
	assert_int_equal(number(o, "SELECT count(*) FROM item"), 10);
	assert_int_equal(number(o, "SELECT count(*) FROM shelf WHERE owner IS NULL"), 0);
	backend_sqlite.close(&b);
	opened_open(o);
	assert_str(show_log(o, "b@h", "l"), "7=new");
}

/* --- readers beside the writer -------------------------------------------------------- */

/* What the reader finds in its current transaction. */
static struct str
bare_show_log(struct opened *o, struct backend_reader *r)
{
	struct store_query q = { STORE_LOG, S("a@h"), { S("l") }, 1 };
	struct read *rd = read_new(NULL, &q);
	struct str text;

	read_finish(rd, backend_sqlite.read(r, rd));
	text = show_rows(o, &q, &rd->rows);
	read_free(&rd);
	return text;
}

static void
a_transaction_of_a_reader_sees_one_moment(void **state)
{
	struct opened *o = *state;
	struct backend *b = bare_open(o);
	struct backend_reader *r;
	struct store_batch *batch;

	assert_int_equal(backend_sqlite.reader_open(b, &r), OK);
	bare_fill(b, S("a@h"), 4);

	/* Entries get places, and others go and come, beside it. */
	assert_int_equal(backend_sqlite.read_begin(r), OK);
	assert_str(bare_show_log(o, r), "1=v 2=v 3=v 4=v");
	bare_rest(b, sqlite_tuning.quiet_ms);
	assert_str(bare_show_log(o, r), "1=v 2=v 3=v 4=v");
	batch = store_batch_new(NULL);
	store_cut(batch, S("a@h"), S("l"), 2);
	store_append(batch, S("a@h"), S("l"), 5, S("new"));
	bare_commit(b, batch);
	bare_rest(b, 1);
	assert_str(bare_show_log(o, r), "1=v 2=v 3=v 4=v");
	backend_sqlite.read_end(r);

	/* The same with an entry that is recent still, and goes. */
	assert_int_equal(backend_sqlite.read_begin(r), OK);
	assert_str(bare_show_log(o, r), "1=v 3=v 4=v 5=new");
	batch = store_batch_new(NULL);
	store_cut(batch, S("a@h"), S("l"), 5);
	store_append(batch, S("a@h"), S("l"), 2, S("newer"));
	store_append(batch, S("a@h"), S("l"), 5, S("newer"));
	bare_commit(b, batch);
	bare_rest(b, 1);
	assert_str(bare_show_log(o, r), "1=v 3=v 4=v 5=new");
	backend_sqlite.read_end(r);

	assert_int_equal(backend_sqlite.read_begin(r), OK);
	assert_str(bare_show_log(o, r), "1=v 2=newer 3=v 4=v 5=newer");
	backend_sqlite.read_end(r);
	backend_sqlite.reader_close(&r);
	backend_sqlite.close(&b);
}

/*
 * Each batch moves all logs on by one: it removes their entry and appends the next. Whenever
 * and in whatever order a reader looks, it must find exactly one entry, never an older one
 * than before, while entries get places and leave the index of recent ones.
 */
enum { WATCHED_LOGS = 5, WATCHED_BATCHES = 3000, WATCHERS = 2 };

struct watch {
	struct opened *o;
	bool backwards;
	_Atomic bool over;
	unsigned looks;
};

static void *
watch_logs(void *arg)
{
	struct watch *w = arg;
	uint64_t seen[WATCHED_LOGS] = { 0 };

	for (unsigned i = 0; !w->over; i = (i + 1) % WATCHED_LOGS) {
		struct store_query q = { STORE_LOG, S("a@h"), { str_of(&"abcde"[i], 1) }, 1,
			.backwards = w->backwards };
		struct store_rows *rows = store_read_wait(w->o->s, &q);

		assert_int_equal(rows->status, OK);
		assert_int_equal(rows->n, 1);
		assert_true(rows->row[0].id >= seen[i]);
		seen[i] = rows->row[0].id;
		store_rows_free(&rows);
		w->looks++;
	}
	return NULL;
}

static void
readers_see_whole_batches_while_entries_move(void **state)
{
	struct opened *o = *state;
	struct watch watches[WATCHERS];
	pthread_t threads[WATCHERS];

	sqlite_tuning = usual;
	sqlite_tuning.round_entries = 7;
	sqlite_tuning.checkpoint_pages = 20;
	opened_open(o);
	for (uint64_t n = 1; n <= WATCHED_BATCHES; n++) {
		struct store_batch *b = store_batch_new(o->s);
		uint64_t id = n - n % 3; /* often the one that was there before */

		for (unsigned i = 0; i < WATCHED_LOGS; i++) {
			struct str log = str_of(&"abcde"[i], 1);

			store_trim(b, S("a@h"), log, n % 2 ? id : UINT64_MAX);
			store_append(b, S("a@h"), log, id, S("v"));
		}
		assert_int_equal(store_commit_wait(&b), OK);
		for (unsigned i = 0; n == 1 && i < WATCHERS; i++) {
			watches[i] = (struct watch){ .o = o, .backwards = i % 2 };
			assert_int_equal(
			    pthread_create(&threads[i], NULL, watch_logs, &watches[i]), 0);
		}
	}
	for (unsigned i = 0; i < WATCHERS; i++) {
		watches[i].over = true;
		pthread_join(threads[i], NULL);
		assert_true(watches[i].looks > 0);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		OPEN(everything_is_there_after_a_restart),
		OPEN(operators_can_read_history_in_plain_sql),
		CLOSED(what_was_acknowledged_survives_a_kill),
		CLOSED(files_and_the_directory_are_the_owners_alone),
		OPEN(a_directory_in_use_is_refused_and_says_by_whom),
		CLOSED(a_store_of_a_newer_version_is_refused_and_left_alone),
		CLOSED(another_programs_database_is_refused_and_left_alone),
		CLOSED(what_is_no_database_is_refused_with_a_reason),
		OPEN(damage_is_reported_and_the_rest_is_served),
		CLOSED(a_directory_without_permission_is_refused),
		CLOSED(a_store_of_version_1_is_read),
		CLOSED(step_1_makes_version_1),
		CLOSED(each_step_runs_once_and_all_or_none),
		CLOSED(when_it_is_quiet_entries_get_places_and_the_log_is_emptied),
		CLOSED(the_log_does_not_grow_without_end),
		CLOSED(what_was_erased_is_swept_bit_by_bit_also_after_a_restart),
		CLOSED(a_transaction_of_a_reader_sees_one_moment),
		CLOSED(readers_see_whole_batches_while_entries_move),
	};

	if (argc == 3)
		return killed_main(argv[1], argv[2]);
	return RUN_SQLITE_TESTS(tests);
}
