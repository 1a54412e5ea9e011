#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Log lines call a remote what the command line called it: people grep for db1:3306.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;
use Socket qw(getaddrinfo SOCK_STREAM);

# Of a name with several addresses each is a backend of its own.
my ($error, @found) = getaddrinfo('localhost', '1', { socktype => SOCK_STREAM });
plan(skip_all => 'localhost is not one address') if $error || @found != 1;

my $backend = backend('named', name => 'live');
my $port = free_port();
my $name = $backend->address =~ s/^.*:/localhost:/r;
my $stays = backend('named', name => 'stays');
my $p = old_program('tcp_fallback', '-debug', '-stats=200ms', '-probe-delay=200ms', "127.0.0.1:$port",
	$name, $stays->address);
ok($p->wait_log(qr/Listening on/), 'it listens');
is(who($port), 'live', 'it serves');
ok($p->wait_log(qr/STATS: <\Q$name\E> failed=false /), 'STATS');
ok($p->wait_log(qr/DEBUG: <\Q@{[$backend->address]}\E> Start transfer /), 'a session has the address');
$backend->stop;
is(who($port), 'stays', 'the next one');
ok($p->wait_log(qr/ Failed to connect to backend \Q$name\E: /), 'a failure');
is(who($port), 'stays', 'the next one again');
ok($p->wait_log(qr/DEBUG: <\Q$name\E> skipping backend in failed state$/m), 'it is skipped');
$backend->start;
ok($p->wait_log(qr/ Backend is back \Q$name\E, downtime: /), 'it is back');
is_deeply([grep { /(?:backend|back|STATS: <)\s*\Q@{[$backend->address]}\E/ } split /\n/, $p->output], [],
	'no line has its address instead');
$p->signal('TERM');
is($p->ended, 0, 'TERM ends it');
done_testing();
