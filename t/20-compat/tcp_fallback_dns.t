# SPDX-License-Identifier: BSD-2-Clause
# tcp_fallback's names are looked up again, at the latest when the TTL has passed: the original asked
# at every connect. Sessions stay where they are.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Dns qw(dns);
use Heddle::OldProgram;

plan(skip_all => 'several addresses of 127.0.0.0/8') if $^O ne 'linux';

# The same port at several addresses, as the addresses of a name have it.
my $db_port = free_port();
my %at = map { $_ => backend('named', name => $_, address => "127.0.0.$_:$db_port") } 2, 3, 4;
my $last = backend('named', name => 'last');
my $dns = dns('db1.test' => ['1 A 127.0.0.2'], 'db2.test' => ['1 A 127.0.0.3', '1 A 127.0.0.4']);
my ($port, $name) = (free_port(), "db1.test:$db_port");
my @flags = ('-dns-servers', $dns->address, '-probe-delay=200ms', '-stats=200ms', "127.0.0.1:$port");

sub becomes {
	my ($who, $what) = @_;
	return ok(until_true(sub { (who($port) // '') eq $who }, 15), $what);
}

# The first name is waited for, although the last remote could serve at once; but for a moment only,
# within which a server on a busy machine may not answer.
my $p = old_program('tcp_fallback', @flags, $name, $last->address);
ok($p->wait_log(qr/Listening on/), 'it listens');
becomes(2, 'clients go to the address of the name');
my $stays = client($port);
is($stays->ask('a'), '2 a', 'a session');
$dns->zone('db1.test' => ['1 A 127.0.0.3']);
becomes(3, 'another address: the next clients follow');
is($stays->ask('b'), '2 b', 'the session stays at the first');
$dns->wait_questions($dns->questions('db1.test', 'A') + 2, 'db1.test', 'A');
$dns->zone('other.test' => ['1 A 127.0.0.2']);
ok($p->wait_log(qr/Error resolving: db1\.test: .*NXDOMAIN.*stays in use/), 'there is no such name any more');
is(many($port, 3), '3 3 3', 'its last address stays in use');
$dns->mode('silent');
is(many($port, 3), '3 3 3', '... and when nobody answers');
$dns->mode('truth')->zone('db1.test' => ['1 A 127.0.0.3', '1 A 127.0.0.2', '1 A 127.0.0.3']);
becomes(2, 'two addresses: the lower one is the first');
$at{2}->stop;
becomes(3, '... the other one is next');
ok($p->wait_log(qr/ Failed to connect to backend \Q$name\E\@127\.0\.0\.2:$db_port: /), 'lines have name and address');
ok($p->wait_log(qr/ STATS: <\Q$name\E\@127\.0\.0\.2:$db_port> failed=true /), '... so does STATS');
$at{3}->stop;
becomes('last', 'both are dead: the next remote');
$at{2}->start;
becomes(2, 'one is back');
ok($p->wait_log(qr/ Backend is back \Q$name\E\@127\.0\.0\.2:$db_port, downtime: /), '... which is told');
$dns->zone('db1.test' => ['1 A 127.0.0.2']);
ok($p->wait_log(qr/names: .* 1 address, removed 127\.0\.0\.3:$db_port/), 'one address again');
$at{2}->stop;
becomes('last', '... is dead');
ok($p->wait_log(qr/ Failed to connect to backend \Q$name\E: /), '... and has the name in the log');
$p->signal('TERM');
is($p->ended, 0, 'TERM ends it with 0');

# A start with names that do not resolve.
$at{$_}->start for 2, 3;
$dns->zone('db2.test' => ['1 A 127.0.0.3', '1 A 127.0.0.4']);
$p = old_program('tcp_fallback', '-debug', @flags, $name, "db2.test:$db_port", $last->address);
ok($p->wait_listening($port), 'a start with a name that does not exist');
becomes(3, 'the next name serves');
my $failed = qr/ Failed to connect to backend \Q$name\E: there is no such name \(NXDOMAIN\)/;
ok($p->wait_log(qr/(?:$failed\n(?:.*\n)*?.*){2}/), '... each failed lookup is told as a failed probe');
ok($p->wait_log(qr/ STATS: <\Q$name\E> failed=true \(downtime=[\dmhs.]+\) requests=0 bytes=0 errors=[1-9]\d* last=/),
	'... in STATS, too');
who($port);
ok($p->wait_log(qr/ DEBUG: <\Q$name\E> skipping backend in failed state/), '... and it is skipped');
$dns->zone('db1.test' => ['1 A 127.0.0.2'], 'db2.test' => ['1 A 127.0.0.4']);
becomes(2, 'the first name exists now');
ok($p->wait_log(qr/ Backend is back \Q$name\E, downtime: \d/), '... which is told');
ok($p->wait_log(qr/ STATS: <\Q$name\E> failed=false /), '... as in STATS');
$p->signal('TERM');
is($p->ended, 0, 'TERM ends it with 0');

# Nobody answers, and there is one name alone.
$dns->mode('servfail');
$p = old_program('tcp_fallback', @flags, $name);
ok($p->wait_log(qr/Error resolving: db1\.test: .*SERVFAIL/), 'no answer at all');
ok($p->wait_log(qr/ Failed to connect to backend \Q$name\E: .*SERVFAIL/), '... which is a failure, too');
my $waits = client($port);
$dns->mode('truth');
is($waits->ask('c'), '2 c', 'a client waits for the first answer');
$p->signal('TERM');
is($p->ended, 0, 'TERM ends it with 0');
done_testing();
