# SPDX-License-Identifier: BSD-2-Clause
# A disk that is slow, and a file that is large: the stop waits for as long as it is being written,
# and the start for as long as it is being read; nobody takes the process for one that hangs.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Persist;
use Time::HiRes qw(time);

# A library is the slow disk, once the file SLOW is there.
my $source = <<'C';
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>
static void wait_if(int large, unsigned ms)
{
	const char *mark = getenv("SLOW");

	if (large && mark && access(mark, F_OK) == 0)
		usleep(ms * 1000);
}
ssize_t write(int fd, const void *bytes, size_t len)
{
	static ssize_t (*real)(int, const void *, size_t);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "write");
	wait_if(len > 30000, 150);
	return real(fd, bytes, len);
}
ssize_t read(int fd, void *bytes, size_t len)
{
	static ssize_t (*real)(int, void *, size_t);
	ssize_t n;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "read");
	n = real(fd, bytes, len);
	wait_if(n > 30000, 50);
	return n;
}
C

time_limit(240);
my $dir = File::Temp->newdir('heddle-slow-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my ($library, $mark) = ("$dir/slow.so", "$dir/slow");
open my $cc, '|-', "cc -shared -fPIC -xc -o $library - -ldl 2>/dev/null"
	or plan(skip_all => 'no C compiler');
print $cc $source;
close $cc or plan(skip_all => 'no C compiler, or no library can get in between');
plan(skip_all => 'built with sanitizers: no library can get in between') if Heddle::sanitized();

my $p = Heddle::Persist->new;
my %options = (interval => '1h', top => 'watchdog: 4s', heddle => { env => { LD_PRELOAD => $library, SLOW => $mark } });
my $h = $p->begin(%options);
my $value = 'v' x 14000;
is(scalar(grep { $p->set("k$_", $value) } 1 .. 250), 250, 'large items');
Heddle::write_file($mark, '');
my $began = time;
$h->signal('TERM');
is($h->ended(30), 0, 'a slow disk: it stops');
cmp_ok(time - $began, '>', 5, '... later than others');
unlike($h->log, qr/killed|does not stop/, '... by itself');
$began = time;
$h = $p->begin(%options);
cmp_ok(time - $began, '>', 4, 'a start reads for longer than the watchdog waits');
is($p->get($_)->[0], $value, "... $_ is there") for qw(k1 k250);
unlike($h->log, qr/aborted|starts again/, '... and nobody was ended for it');
unlink $mark;
$h->finish;
done_testing();
