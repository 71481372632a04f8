/* SPDX-License-Identifier: MIT
 *
 * Requests of the administration up to where operations run: a line with method, path and
 * query, then a body.
 */
#include "daemon/operation_path.h"

static void
check_query(const struct operation *op, struct str query, json_t *args, struct arena *a)
{
	struct str reason = { 0 }, back, path;
	size_t end;

	if (operation_read_query(op, query, args, a, &reason) != OK) {
		assert(reason.len > 0);
		return;
	}
	/* What a client writes of these arguments is for the same operation. */
	back = operation_target(op, args, a);
	end = str_find(back, '?');
	path = str_slice(back, 0, end);
	assert(str_starts(path, S("/")) && str_is_utf8(path));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = mem_alloc(size + 1);
	struct str rest = str_of(copy, size), line, method, path, methods;
	json_t *args = json_object(), *body;
	const struct operation *op;
	struct arena a;

	memcpy(copy, data, size);
	arena_init(&a, 4096);
	str_split(&rest, '\n', &line);
	str_split(&line, ' ', &method);
	if (line.at) {
		path = str_slice(line, 0, str_find(line, '?'));
		op = operation_at(method, path, args, &a, &methods);
		if (op)
			check_query(op, str_slice(line, path.len + 1, line.len), args, &a);
	}
	body = json_loadb(rest.at ? rest.at : "", rest.len, JSON_REJECT_DUPLICATES, NULL);
	json_decref(body);
	json_decref(args);
	arena_fini(&a);
	free(copy);
	return 0;
}
