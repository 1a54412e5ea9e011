# SPDX-License-Identifier: BSD-2-Clause
# The example of uWSGI's documentation: an application and a router in cheap mode share a socket.
# While nobody is subscribed the application has all requests; then both answer.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_app uwsgi_instance);
use IO::Socket::IP;

my $missing = uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;

my $text = <<'END';
def application(environment, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'local']
END

on_each_event(sub {
	my $shared = IO::Socket::IP->new(LocalHost => '127.0.0.1', LocalPort => 0, Listen => 1024)
		or die "$!";
	my $port = $shared->sockport;
	my $inherited = 'fd:' . fileno $shared;
	my $s = subscribed(port => $port, requests => "\"$inherited\"", service => 'when_empty: wait',
		workers => 2, keep_open => [$shared]);
	my $local = uwsgi_app($text, address => "127.0.0.1:$port", inherit => $shared,
		options => ['--processes', 2]);
	ok(until_true(sub { $s->ask('a.test') eq 'local' }, 10), 'the application answers');
	is_deeply($s->shares(200, 'a.test'), { local => 200 }, 'nobody is subscribed: it has all');
	my $node = uwsgi_instance('a.test', announce => $s->server);
	ok($s->wait_nodes(1), 'a node is subscribed');
	my %shares;
	ok(until_true(sub { $shares{$s->ask('a.test')}++; keys %shares == 2 }, 10), 'both answer');
	is_deeply([sort keys %shares], [sort 'local', $node->address], '... nobody else');
	$node->stop;
	ok($s->wait_nodes(0), 'the node is gone');
	is_deeply($s->shares(200, 'a.test'), { local => 200 }, '... and the application has all again');

	# Without it requests wait in the backlog, until a node is there.
	$local->stop;
	my @waiting = map { $s->begin('a.test') } 1 .. 20;
	is(scalar(grep { $_->ended(0.02) ne 'open' } @waiting), 0, 'nobody at all: clients wait');
	$node->start;
	is(join(' ', map { Heddle::Subscribed::body($_, 20) } splice @waiting),
		join(' ', ($node->address) x 20), '... for the node');
	$s->heddle->finish;
});
