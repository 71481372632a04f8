/* SPDX-License-Identifier: MIT */
#include <termios.h>
#include <unistd.h>

#include "ctl/prompt.h"

/* One line of standard input, read byte by byte: what follows is somebody else's. */
static enum status
read_line(struct arena *a, struct str *out)
{
	char *line = arena_alloc(a, PROMPT_MAX + 1);
	size_t len = 0;

	while (len <= PROMPT_MAX && read(STDIN_FILENO, line + len, 1) == 1) {
		if (line[len] == '\n')
			break;
		len++;
	}
	if (len > PROMPT_MAX)
		return E_LIMIT;
	if (len == 0)
		return E_INVALID;
	*out = str_of(line, len);
	return OK;
}

static enum status
ask(const char *question, const char *what, struct arena *a, struct str *out)
{
	struct termios shown, hidden;
	enum status s;

	if (tcgetattr(STDIN_FILENO, &shown) != 0)
		return E_INVALID;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	/* Before the question: whoever answers at once must not be shown, nor cut. */
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	fprintf(stderr, "%s%s: ", question, what);
	s = read_line(a, out);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	fputc('\n', stderr);
	return s;
}

enum status
prompt_secret(const char *what, struct arena *a, struct str *out)
{
	struct str again;
	enum status s;

	if (!isatty(STDIN_FILENO))
		return read_line(a, out);
	if ((s = ask("", what, a, out)) != OK || (s = ask("again, ", what, a, &again)) != OK)
		return s;
	return str_eq_secret(*out, again) ? OK : E_INVALID;
}
