/* SPDX-License-Identifier: MIT
 *
 * Feeds a fuzzer every file of a directory, and every beginning of each: a corpus as an
 * ordinary test. Prints TAP.
 */
#include "base/str.h"

#include <dirent.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

enum {
	FILE_MAX = 1024 * 1024,
	/* Beginnings are tried at each byte of short files, at this many places of others. */
	BEGINNINGS = 2048,
};

/* From memory that ends where the input does, so that reading past it is seen. */
static void
feed(const char *at, size_t len)
{
	char *copy = mem_alloc(len);

	if (len)
		memcpy(copy, at, len);
	LLVMFuzzerTestOneInput((const uint8_t *)copy, len);
	free(copy);
}

static bool
replay(const char *dir, const char *name)
{
	struct arena a;
	char *bytes;
	size_t len = 0;
	FILE *f;

	arena_init(&a, 4096);
	f = fopen(str_format(&a, "%s/%s", dir, name).at, "rb");
	if (f) {
		bytes = arena_alloc(&a, FILE_MAX);
		len = fread(bytes, 1, FILE_MAX, f);
		fclose(f);
		for (size_t end = 0; end < len; end += len / BEGINNINGS + 1)
			feed(bytes, end);
		feed(bytes, len);
	}
	arena_fini(&a);
	return f != NULL;
}

int
main(int argc, char **argv)
{
	struct dirent **entries;
	int n, ran = 0;
	bool good = true;

	assert(argc == 2);
	n = scandir(argv[1], &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.') {
			bool read = replay(argv[1], entries[i]->d_name);

			printf(
			    "%s %d - %s\n", read ? "ok" : "not ok", ++ran, entries[i]->d_name);
			good = good && read;
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	printf("1..%d\n", ran);
	return good && ran > 0 ? 0 : 1;
}
