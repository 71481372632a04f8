/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include <poll.h>
#include <unistd.h>

#include "base/limits.h"
#include "loop/mailbox.h"

static struct mailbox box;
static struct mail mail, taken;
static unsigned opened;

static void
count(const void *letter)
{
	(void)letter;
	opened++;
}

static int
begin(void **state)
{
	(void)state;
	opened = 0;
	return mailbox_init(&box) == OK ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	mailbox_fini(&box);
	mail_fini(&mail);
	mail_fini(&taken);
	return 0;
}

/* How often somebody rang since the last look. */
static unsigned
rings(void)
{
	struct pollfd p = { box.wake_fd, POLLIN, 0 };
	uint64_t n = 0;

	if (poll(&p, 1, 0) == 1)
		assert_int_equal(read(box.wake_fd, &n, sizeof(n)), sizeof(n));
	return (unsigned)n;
}

static void
add_letters(size_t n)
{
	while (n--)
		mail_add(&mail, count, "letter", 7);
}

static void
a_busy_owner_is_not_woken(void **state)
{
	(void)state;
	add_letters(3);
	mailbox_put(&box, &mail);
	mailbox_put_one(&box, count, NULL, 0);
	mailbox_wake(&box);
	assert_int_equal(rings(), 0);
}

static void
a_sleeping_owner_is_woken_once(void **state)
{
	(void)state;
	assert_true(mailbox_sleep(&box));
	for (int i = 0; i < 3; i++) {
		add_letters(2);
		mailbox_put(&box, &mail);
		mailbox_put_one(&box, count, NULL, 0);
	}
	assert_int_equal(rings(), 1);
	mailbox_take(&box, &taken);
	assert_int_equal(taken.letters, 9);
	mail_clear(&taken);
	assert_true(mailbox_sleep(&box));
	mailbox_wake(&box);
	mailbox_wake(&box);
	assert_int_equal(rings(), 1);
}

static void
an_owner_with_letters_may_not_sleep(void **state)
{
	(void)state;
	mailbox_put_one(&box, count, NULL, 0);
	assert_false(mailbox_sleep(&box));
	mailbox_put_one(&box, count, NULL, 0);
	assert_int_equal(rings(), 0);
	mailbox_take(&box, &taken);
	assert_true(mailbox_sleep(&box));
}

static void
letters_are_opened_one_behind_the_other(void **state)
{
	(void)state;
	size_t at = 0;

	add_letters(100);
	mailbox_put(&box, &mail);
	assert_int_equal(mail.letters, 0);
	add_letters(100);
	mailbox_put(&box, &mail);
	mailbox_take(&box, &taken);
	while (at < taken.len)
		at = mail_open_at(&taken, at);
	assert_int_equal(opened, 200);
}

/* High and low mark apart, so that readers do not stop and go with every letter. */
static void
congestion_begins_above_the_high_mark_and_ends_at_the_low_one(void **state)
{
	(void)state;
	add_letters(MAILBOX_HIGH_LETTERS);
	mailbox_put(&box, &mail);
	assert_false(mailboxes_are_congested());
	mailbox_put_one(&box, count, NULL, 0);
	assert_true(mailboxes_are_congested());
	mailbox_take(&box, &taken); /* taken is not yet opened */
	mailbox_opened(&box, MAILBOX_HIGH_LETTERS - MAILBOX_LOW_LETTERS);
	assert_true(mailboxes_are_congested());
	mailbox_opened(&box, 1);
	assert_false(mailboxes_are_congested());
	mailbox_opened(&box, MAILBOX_LOW_LETTERS);
	assert_int_equal(box.waiting, 0);
}

static void
a_large_buffer_is_not_kept(void **state)
{
	(void)state;
	add_letters(10);
	mail_clear(&mail);
	assert_non_null(mail.at);
	add_letters(MAIL_KEPT_BYTES / 16);
	mail_clear(&mail);
	assert_null(mail.at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_busy_owner_is_not_woken, begin, end),
		cmocka_unit_test_setup_teardown(a_sleeping_owner_is_woken_once, begin, end),
		cmocka_unit_test_setup_teardown(
		    an_owner_with_letters_may_not_sleep, begin, end),
		cmocka_unit_test_setup_teardown(
		    letters_are_opened_one_behind_the_other, begin, end),
		cmocka_unit_test_setup_teardown(
		    congestion_begins_above_the_high_mark_and_ends_at_the_low_one, begin, end),
		cmocka_unit_test_setup_teardown(a_large_buffer_is_not_kept, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
