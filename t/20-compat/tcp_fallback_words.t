#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# The lines that scripts grep for, from the first to the last, as the original wrote them.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;

my $stamp = qr{\d{4}/\d\d/\d\d \d\d:\d\d:\d\d};
my $live = backend('named', name => 'live');
my $dead = '127.0.0.1:' . free_port();
my ($port, $name) = (free_port(), $live->address =~ s/127\.0\.0\.1/localhost/r);
my $p = old_program('tcp_fallback', '-stats=300ms', '-probe-delay=200ms', "127.0.0.1:$port", $dead, $name);
ok($p->wait_log(qr/Listening on/), 'it listens');
ok($p->wait_log(qr/Failed to connect to backend \Q$dead\E: .*\n(?:.*\n)*.*Failed to connect to backend \Q$dead\E: /),
	'each probe that fails is told');

# errors counts probes; last is the last probe or session
my $last = qr/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4} \w+/;
ok($p->wait_log(qr/^$stamp STATS: <\Q$dead\E> failed=true \(downtime=[\dmhs.]+\) requests=0 bytes=0 errors=[1-9]\d* last=$last$/m),
	'STATS of the dead one');
unlike($p->output, qr/last=0001/, 'last= is never the year 1');
is(who($port), 'live', 'it serves');
my $address = $live->address;
ok($p->wait_log(qr/^$stamp STATS: <(?:\Q$address\E|\Q$name\E(?:\@\Q$address\E)?)> failed=false \(downtime=0s?\) requests=1 bytes=\d+ errors=0 last=$last$/m),
	'STATS of the live one');
$p->signal('TERM');
is($p->ended, 0, 'TERM ends it');

my ($version) = qx(@{[Heddle::binary()]} -v) =~ /^heddle (\S+)$/;
my @lines = map { s/^$stamp //r } split /\n/, $p->output;
is_deeply([@lines[0 .. 3]], ["Starting tcp_fallback ver $version", 'Initializing 2 backend~s',
	"Backend $dead added", "Backend $name added"], 'the first lines');
is(scalar(grep { $_ eq "Listening on 127.0.0.1:$port" } @lines), 1, 'it says where it listens');
is_deeply([grep { /^(?:Signal|Exiting)/ } @lines], ['Signal received: terminated', 'Exiting...'],
	'the last words');
is($lines[-1], 'Exiting...', '... and nothing behind them');
is_deeply([grep { /\(pid \d+\)/ } @lines], [], 'nothing of processes');
done_testing();
