/* SPDX-License-Identifier: MIT
 *
 * Uploads from the request for a slot to the file that is served, on one thread, while the
 * store and the disk fail at every call: what is counted stays what is kept.
 */
/* First: OpenSSL's headers have words that base/banned.h takes out of use. */
#include "../http/rig.h"

#include <ftw.h>
#include <unistd.h>

#include "../router/house.h"
#include "base/limits.h"
#include "loop/clock.h"
#include "modules/upload/conf.h"
#include "modules/upload/upload.h"

static char directory[] = "/tmp/jaseur-upload-XXXXXX";
static struct person romeo;
static struct upload_conf *upload;
static size_t file_bytes;

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

static int
set_up(size_t bytes)
{
	file_bytes = bytes;
	memcpy(directory + sizeof(directory) - 7, "XXXXXX", 6);
	assert_non_null(mkdtemp(directory));
	house.blobs = str_from_c(directory);
	house_open(1);
	upload = (struct upload_conf *)(uintptr_t)house.conf[dispatch_index(&mod_upload)];
	upload->account_quota = 10 * file_bytes;
	upload->slots_per_minute = 100000;
	rig_serve((struct http_routes){ mod_upload.routes.at, mod_upload.routes.count });
	house_row("romeo@lit", KIND_ACCOUNT, S(""), S("x"));
	person_arrive(&romeo, "romeo@lit", "orchard");
	return 0;
}

static int
set_up_rows(void **state)
{
	(void)state;
	return set_up(40);
}

static int
set_up_files(void **state)
{
	(void)state;
	return set_up(BLOB_ROW_MAX + 1);
}

static int
tear_down(void **state)
{
	(void)state;
	person_leave(&romeo);
	rig_serve_no_more();
	house_close();
	chunks_release_pools();
	nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

/* The path of a slot; "no string" when it was refused. In romeo's arena. */
static struct str
ask(size_t bytes)
{
	char text[256];
	char *at, *end;

	person_forget(&romeo);
	snprintf(text, sizeof(text),
	    "<iq type='get' id='1' to='lit'><request xmlns='urn:xmpp:http:upload:0' "
	    "filename='a' size='%zu'/></iq>",
	    bytes);
	person_send(&romeo, text);
	person_await(&romeo, 1);
	if (!person_has(&romeo, "/upload/"))
		return (struct str){ 0 };
	at = memmem(romeo.got[0].at, romeo.got[0].len, "/upload/", 8);
	end = memchr(at, '\'', romeo.got[0].len - (size_t)(at - romeo.got[0].at));
	return str_of(at, (size_t)(end - at));
}

/* The status of what was asked for. */
static unsigned
request(const char *method, struct str path, size_t bytes)
{
	struct str head = str_format(&romeo.arena,
	    "%s %.*s HTTP/1.1\r\nHost: lit\r\nContent-Length: %zu\r\n\r\n", method,
	    STR_ARG(path), bytes);
	char *body = arena_alloc(&romeo.arena, bytes);
	uint64_t status;

	for (size_t i = 0; i < bytes; i++)
		body[i] = (char)('0' + i % 10);
	rig_reconnect();
	rig_say(head);
	rig_say(str_of(body, bytes));
	while (!rig_saw("HTTP/1.1 "))
		rig_say(S(""));
	assert_int_equal(str_to_u64(str_of(got.at, 3), 999, &status), OK);
	return (unsigned)status;
}

static void
a_file_is_put_and_got(void **state)
{
	(void)state;
	struct str path = ask(file_bytes);

	assert_int_equal(request("GET", path, 0), 404);
	assert_int_equal(request("PUT", path, file_bytes), 201);
	assert_int_equal(request("PUT", path, file_bytes), 409);
	assert_int_equal(request("GET", path, 0), 200);
	while (!rig_saw("\r\n\r\n0123456789"))
		rig_say(S(""));
	/* And again, from memory if it is small. */
	assert_int_equal(request("GET", path, 0), 200);
	while (!rig_saw("\r\n\r\n0123456789"))
		rig_say(S(""));
}

/* After all that failed the quota is neither more nor less than it was. */
static void
check_quota(void)
{
	assert_null(ask(10 * file_bytes + 1).at);
	assert_non_null(ask(10 * file_bytes).at);
	assert_null(ask(1).at);
	/* The slot's time passes, and what was reserved is free again. */
	loop_turn_clock(upload->slot_ms + 10000);
	loop_drive();
}

struct removal {
	bool done;
	enum status status;
};

static void
on_removed(void *waiter, enum status s, uint64_t count)
{
	struct removal *r = waiter;

	(void)count;
	*r = (struct removal){ true, s };
}

static enum status
remove_all(void)
{
	struct removal r = { 0 };

	uploads_remove(jid_trusted(S("romeo@lit")), (struct str){ 0 }, on_removed, &r);
	loop_drive_until(&r.done);
	return r.status;
}

static void
whatever_fails_the_slot_stays_good_and_the_quota_right(void **state)
{
	(void)state;

	for (enum store_fault fault = FAULT_WRITE; fault < FAULTS; fault++) {
		bool armed = false;

		if (fault == FAULT_READ)
			continue;
		for (unsigned n = 1; !armed; n++) {
			struct str path = ask(file_bytes);
			unsigned status;

			assert_non_null(path.at);
			store_fail(house.store, fault, n, E_FULL);
			status = request("PUT", path, file_bytes);
			loop_drive();
			armed = store_fault_is_armed(house.store, fault);
			store_fail(house.store, fault, 0, OK);
			if (status != 201) {
				assert_int_equal(status, 507);
				assert_int_equal(request("GET", path, 0), 404);
				assert_int_equal(request("PUT", path, file_bytes), 201);
			}
			assert_int_equal(request("GET", path, 0), 200);
			assert_int_equal(remove_all(), OK);
			check_quota();
		}
	}
}

static void
a_failed_removal_is_told_and_can_be_tried_again(void **state)
{
	(void)state;

	for (enum store_fault fault = FAULT_WRITE; fault <= FAULT_READ; fault++) {
		struct str path = ask(file_bytes);

		assert_int_equal(request("PUT", path, file_bytes), 201);
		store_fail(house.store, fault, 1, E_IO);
		assert_int_equal(remove_all(), E_IO);
		assert_int_equal(request("GET", path, 0), 200);
		assert_null(ask(10 * file_bytes).at);
		assert_int_equal(remove_all(), OK);
		assert_int_equal(request("GET", path, 0), 404);
		check_quota();
	}
}

static void
a_request_that_cannot_be_judged_is_refused_for_the_time_being(void **state)
{
	(void)state;

	/* What is read, and when, depends on what was read before: the totals, the account's
	 * files, and what is due. */
	for (unsigned n = 1; n <= 4; n++) {
		store_fail(house.store, FAULT_READ, n, E_IO);
		for (int tries = 0; tries < 3; tries++)
			if (!ask(file_bytes).at)
				assert_true(person_has(&romeo, "resource-constraint"));
		store_fail(house.store, FAULT_READ, 0, OK);
		assert_non_null(ask(file_bytes).at);
		loop_turn_clock(upload->slot_ms + 120000); /* all is forgotten */
		loop_drive();
	}
	assert_non_null(ask(file_bytes).at);
}

static void
files_go_when_they_are_due(void **state)
{
	(void)state;
	struct str path = ask(file_bytes);

	assert_int_equal(request("PUT", path, file_bytes), 201);
	assert_int_equal(request("GET", path, 0), 200);
	loop_turn_clock(upload->keep_message_ms + 10000);
	assert_int_equal(request("GET", path, 0), 404);
	while (!ask(10 * file_bytes).at) /* until its space is free */
		loop_drive();
}

/* With files that are rows, and with others. */
#define CASE(test)                                                                             \
	{ #test " (rows)", test, set_up_rows, tear_down, NULL },                               \
	{                                                                                      \
#test " (files)", test, set_up_files, tear_down, NULL                          \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_file_is_put_and_got),
		CASE(whatever_fails_the_slot_stays_good_and_the_quota_right),
		CASE(a_failed_removal_is_told_and_can_be_tried_again),
		CASE(a_request_that_cannot_be_judged_is_refused_for_the_time_being),
		CASE(files_go_when_they_are_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
