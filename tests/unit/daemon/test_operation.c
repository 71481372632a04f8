/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/limits.h"
#include "daemon/operations.h"

static char *answered; /* the last answer */

static void
on_answer(void *asker, const json_t *answer)
{
	unsigned *count = asker;

	++*count;
	free(answered);
	answered = json_dumps(answer, JSON_COMPACT);
}

static const char *
ask(struct str text)
{
	unsigned count = 0;

	operation_ask(text, on_answer, &count);
	assert_int_equal(count, 1);
	return answered;
}

static int
tear_down(void **state)
{
	(void)state;
	free(answered);
	answered = NULL;
	return 0;
}

#define REFUSED(condition, text)                                                               \
	"{\"ok\":false,\"error\":{\"condition\":\"" condition "\",\"text\":\"" text "\"}}"

static void
operation_ask_refuses_what_is_no_request(void **state)
{
	(void)state;
	static const struct {
		const char *request, *answer;
	} cases[] = {
		{ "",
		    REFUSED("bad-request", "not JSON: '[' or '{' expected near end of file") },
		{ "{", REFUSED("bad-request",
			   "not JSON: string or '}' expected near end of file") },
		{ "{\"op\":\"stats\",\"op\":\"stats\"}",
		    REFUSED(
			"bad-request", "not JSON: duplicate object key near '\\\"op\\\"'") },
		{ "[]", REFUSED("feature-not-implemented", "there is no such operation") },
		{ "{}", REFUSED("feature-not-implemented", "there is no such operation") },
		{ "{\"op\":5}",
		    REFUSED("feature-not-implemented", "there is no such operation") },
		{ "{\"op\":\"user.ad\"}",
		    REFUSED("feature-not-implemented", "there is no such operation") },
		{ "{\"op\":\"user.add\",\"args\":[]}",
		    REFUSED("bad-request", "\\\"args\\\" must be an object") },
		{ "{\"op\":\"user.add\"}",
		    REFUSED("bad-request", "\\\"address\\\" is missing") },
		{ "{\"op\":\"user.add\",\"args\":{\"address\":\"a@b\"}}",
		    REFUSED("bad-request", "\\\"password\\\" is missing") },
		{ "{\"op\":\"user.add\",\"args\":{\"adress\":\"a@b\"}}",
		    REFUSED("bad-request", "unknown argument; did you mean \\\"address\\\"?") },
		{ "{\"op\":\"user.add\",\"args\":{\"address\":{}}}",
		    REFUSED("bad-request",
			"\\\"address\\\" must be text, a number or a truth value") },
		{ "{\"op\":\"user.add\",\"args\":{\"address\":[\"a\",\"b\"]}}",
		    REFUSED("bad-request", "\\\"address\\\": takes one value, not a list") },
		{ "{\"op\":\"user.list\",\"args\":{\"limit\":0}}",
		    REFUSED(
			"bad-request", "\\\"limit\\\": \\\"0\\\" is too little: at least 1") },
		{ "{\"op\":\"user.list\",\"args\":{\"limit\":-1}}",
		    REFUSED("bad-request",
			"\\\"limit\\\": \\\"-1\\\" is not a whole number, such as 100") },
		{ "{\"op\":\"user.list\",\"args\":{\"limit\":true}}",
		    REFUSED("bad-request",
			"\\\"limit\\\": \\\"yes\\\" is not a whole number, such as 100") },
		{ "{\"op\":\"user.show\",\"args\":{\"address\":\"example.org\"}}",
		    REFUSED("jid-malformed",
			"\\\"example.org\\\" is not the address of an account, such as "
			"juliet@example.org") },
		{ "{\"op\":\"user.show\",\"args\":{\"address\":\"a@b/c\"}}",
		    REFUSED("jid-malformed",
			"\\\"a@b/c\\\" is not the address of an account, such as "
			"juliet@example.org") },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(ask(str_from_c(cases[i].request)), cases[i].answer);
}

static void
operation_ask_bounds_the_request(void **state)
{
	(void)state;
	char *text = mem_alloc(OPERATION_REQUEST_MAX + 1);

	memset(text, ' ', OPERATION_REQUEST_MAX + 1);
	assert_string_equal(ask(str_of(text, OPERATION_REQUEST_MAX + 1)),
	    REFUSED("bad-request", "not JSON: too long"));
	/* Nesting is the JSON parser's to bound. */
	memset(text, '[', OPERATION_REQUEST_MAX);
	ask(str_of(text, OPERATION_REQUEST_MAX));
	free(text);
}

static void
operation_ask_never_repeats_a_secret(void **state)
{
	(void)state;
	static const char *const requests[] = {
		"{\"op\":\"user.add\",\"args\":{\"password\":\"hunter2\\u0007\"}}",
		"{\"op\":\"user.add\",\"args\":{\"password\":[\"hunter2\",\"x\"]}}",
		"{\"op\":\"user.add\",\"args\":{\"password\":\"hunter2\",\"address\":\"\"}}",
	};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		assert_null(strstr(ask(str_from_c(requests[i])), "hunter2"));
}

static void
operation_text_takes_only_utf8(void **state)
{
	(void)state;
	json_t *good = operation_text(S("gr\xc3\xbcn")), *bad = operation_text(S("gr\xfcn"));

	assert_string_equal(json_string_value(good), "gr\xc3\xbcn");
	assert_string_equal(json_string_value(bad), "");
	json_decref(good);
	json_decref(bad);
}

static void
operations_are_documented_and_named_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < operations_all.count; i++) {
		const struct operation *op = operations_all.at[i];

		assert_true(
		    strspn(op->name, "abcdefghijklmnopqrstuvwxyz.") == strlen(op->name));
		assert_true(op->doc[strlen(op->doc) - 1] == '.');
		assert_non_null(op->run);
		for (size_t n = 0; n < op->args.count; n++)
			assert_true(op->args.at[n].max || op->args.at[n].type == BOOL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operation_ask_refuses_what_is_no_request),
		cmocka_unit_test(operation_ask_bounds_the_request),
		cmocka_unit_test(operation_ask_never_repeats_a_secret),
		cmocka_unit_test(operation_text_takes_only_utf8),
		cmocka_unit_test(operations_are_documented_and_named_alike),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
