# SPDX-License-Identifier: BSD-2-Clause
# The clock is set after the start (a machine without a battery begins in 1970): uptime_seconds
# is the time that heddle has run.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Preload qw(preload);

my $source = <<'C';
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *ts)
{
	static int (*real)(clockid_t, struct timespec *);
	int result;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	result = real(clock, ts);
	if (clock == CLOCK_REALTIME && access(getenv("CLOCK_IS_SET"), F_OK) != 0)
		ts->tv_sec %= 86400;
	return result;
}
C

my ($library, $dir) = preload($source);
my $mark = "$dir/set";

my $h = heddle("services: {}\n", env => { LD_PRELOAD => $library, CLOCK_IS_SET => $mark });
like($h->stats->{time}, qr/^1970-/, 'it starts in 1970');
Heddle::write_file($mark, '');
ok($h->wait_for(sub { $h->stats->{time} !~ /^1970/ }, 5, 'the time'), 'the clock is set');
cmp_ok($h->stats->{uptime_seconds}, '<', 3600, 'uptime_seconds goes on from there');
$h->finish;
done_testing();
