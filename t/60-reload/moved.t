# SPDX-License-Identifier: BSD-2-Clause
# A backend that gets another address begins anew: what the old one met does not count.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my $dead = backend('refusing');
	my $port = free_port;
	my $yaml = sub {
		my ($address, $how) = @_;
		return "services:\n  web:\n    listen: 127.0.0.1:$port\n    $how\n"
			. "    backends:\n      a: \"$address\"\n      b: \"${\$two->address}\"\n";
	};
	my $passive = 'passive: {failures: 1, retry: 1h}';
	my $h = heddle($yaml->($dead->address, $passive));
	is(many($port, 2), 'two two', 'a is found dead');
	is($h->backend('web', 'a')->{status}, 'down', '... and marked for an hour');
	is(($h->reload($yaml->($one->address, $passive)))[0], 0, 'its address is mended');
	is($h->backend('web', 'a')->{status}, 'up', 'it is up');
	is(join(' ', sort split / /, many($port, 4)), 'one one two two', '... and used at once');

	my $check = 'check: {interval: 100ms, rise: 1, fall: 1}';
	is(($h->reload($yaml->($one->address, $check)))[0], 0, 'with a check');
	is(($h->reload($yaml->($dead->address, $check)))[0], 0, 'it moves to where nobody is');
	is(many($port, 3), 'two two two', 'no client is sent there before it has passed');
	ok($h->wait_for(sub { $h->backend('web', 'a')->{status} eq 'down' }, 5, 'down'), 'nor later');
	$h->finish;
});
