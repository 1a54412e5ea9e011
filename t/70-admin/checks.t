# SPDX-License-Identifier: BSD-2-Clause
# What checks know of backends that come, change and go with reloads.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my ($one, $two) = backends(qw(one two));
my $silent = backend('refusing');
my $port = free_port;

sub web {
	my ($check, @backends) = @_;
	return "services:\n  web:\n    listen: 127.0.0.1:$port\n    $check\n    backends: ["
		. join(', ', map { "{name: $_->[0], address: \"$_->[1]\"}" } @backends) . "]\n";
}
my $check = 'check: {type: tcp, interval: 1s, rise: 2, fall: 2}';
my $h = heddle(web($check, [one => $one->address]), workers => 2);

sub status { my ($name) = @_; return ($h->backend('web', $name) // {})->{status} }
sub becomes {
	my ($name, $wanted, $what) = @_;
	ok($h->wait_for(sub { status($name) eq $wanted }, 8, "$name to be $wanted"), $what);
}
is(status('one'), 'up', 'at the start: up without a check');
my ($code, $out) = $h->reload(web($check, [one => $one->address], [two => $two->address],
	[bad => $silent->address]));
is($code, 0, 'two are added') or diag($out);
isnt(status('bad'), 'up', 'one that nobody has seen working is not up');
becomes('two', 'up', 'its first pass is enough');
ok($h->wait_log(qr/web\/two: up: tcp \S+ \(1 of 1\)/), '... the first');
becomes('bad', 'down', 'failures bring it down');
like($h->backend('web', 'bad')->{reason}, qr/^tcp \S+: connection refused$/, '... with a reason');
is(join(' ', sort split / /, many($port, 4)), 'one one two two', 'nobody was sent there');

my $changes = $h->backend('web', 'bad')->{changes_total};
my $old = $h->control_pid;
kill 'KILL', $old;
ok($h->wait_for(sub { ($h->control_pid // $old) != $old }, 5, 'a successor'), 'a new process');
is(status($_->[0]), $_->[1], "$_->[0] is $_->[1] as before") for [two => 'up'], [bad => 'down'];
ok($h->wait_for(sub { $h->backend('web', 'bad')->{check}{streak} > 3 }, 8, 'more failures'),
	'it goes on counting');
is($h->backend('web', 'bad')->{changes_total}, $changes, 'without a change');

($code, $out) = $h->reload(web('balance: random', [one => $one->address],
	[bad => $silent->address]));
is($code, 0, 'no checks any more') or diag($out);
becomes('bad', 'up', 'then nobody is down for ever');
is($h->backend('web', 'bad')->{changes_total}, $changes + 1, '... it was told');

($code, $out) = $h->reload(web('check: {type: tcp, interval: 100ms, initial: up}',
	[one => $one->address], [new => $two->address]));
is($code, 0, 'initial: up') or diag($out);
is(status('new'), 'up', '... is up at once');
($code, $out) = $h->reload(web('check: {type: tcp, interval: 3s, initial: down}',
	[one => $one->address], [late => $two->address]));
is(join(' ', $code, status('late')), '0 down', 'initial: down');
becomes('late', 'up', '... until it has risen');
$h->finish(alerts => 1);
done_testing();
