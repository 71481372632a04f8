/* SPDX-License-Identifier: MIT */
#include "daemon/config_file.h"

#include "base/limits.h"
#include "daemon/sample.h"
#include "daemon/sections.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static enum status
cannot(struct config_problems *p, struct str path, const char *what)
{
	config_problem(
	    p, (struct config_place){ .source = path }, "cannot %s: %s", what, strerror(errno));
	return E_IO;
}

enum status
config_file_make(const struct general *g, struct config_problems *p, bool *made)
{
	const struct str_list usual = { (const struct str[]){ S("localhost") }, 1 };
	struct str path = general_config_path(g, p->arena);
	int fd = open(path.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	FILE *f;

	if (fd < 0 && errno == EEXIST) {
		*made = false;
		return OK;
	}
	if (fd < 0 || !(f = fdopen(fd, "w"))) {
		if (fd >= 0)
			close(fd);
		return cannot(p, path, "be written");
	}
	sample_config(f, sections_schema(), g->hosts.count ? g->hosts : usual);
	if (fflush(f) != 0 || fsync(fd) != 0) {
		enum status s = cannot(p, path, "be written");

		fclose(f);
		unlink(path.at);
		return s;
	}
	fclose(f);
	*made = true;
	return OK;
}

/* The bytes of the file; one more than is allowed when it is larger. */
static enum status
read_bytes(struct config_problems *p, struct str path, struct str *out)
{
	FILE *f = fopen(path.at, "re");
	char *bytes;
	size_t len;
	bool failed;

	if (!f)
		return cannot(p, path, "be read");
	bytes = arena_alloc(p->arena, CONFIG_BYTES_MAX + 1);
	len = fread(bytes, 1, CONFIG_BYTES_MAX + 1, f);
	failed = ferror(f);
	fclose(f);
	if (failed)
		return cannot(p, path, "be read");
	*out = str_of(bytes, len);
	return OK;
}

enum status
config_file_read(const struct general *g, struct config_problems *p, struct config **out)
{
	struct config_source source = {
		.name = general_config_path(g, p->arena),
		.set = g->set,
		.hosts = g->hosts,
		.port_offset = g->port_offset,
	};
	enum status s = read_bytes(p, source.name, &source.text);

	return s == OK ? config_read(sections_schema(), &source, p, out) : s;
}

void
config_problems_print(const struct config_problems *p)
{
	for (size_t i = 0; i < p->count && i < CONFIG_PROBLEMS_SHOWN; i++)
		fprintf(stderr, "%.*s\n", STR_ARG(config_problem_text(&p->at[i], p->arena)));
	if (p->count > CONFIG_PROBLEMS_SHOWN)
		fprintf(stderr, "and %zu more\n", p->count - CONFIG_PROBLEMS_SHOWN);
}
